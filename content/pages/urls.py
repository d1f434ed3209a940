"""URLconf of the public pages."""

from django.urls import path

from content.pages import syndication
from content.pages.follow import board_card, calendars, oembed, sitemaps, subject_feeds
from content.pages.views import (
    boards,
    calibration,
    compare,
    competitions,
    digest_pages,
    forecasters,
    match_pages,
    methodology,
    robustness,
    roundups,
    search,
    team_pages,
)

urlpatterns = [
    path("", competitions.home, name="home"),
    path("leaderboard/", boards.leaderboard, name="leaderboard"),
    path("leaderboard/card.svg", board_card.card, name="board-card"),
    path("oembed/", oembed.oembed, name="oembed"),
    path("robustness/", robustness.robustness, name="robustness"),
    path("calibration/", calibration.calibration, name="calibration"),
    path("compare/", compare.compare, name="compare"),
    path("matches/", match_pages.matches, name="matches"),
    path("matches/<int:pk>/", match_pages.match, name="match"),
    path("competitions/", competitions.competitions, name="competitions"),
    path("competitions/<slug:slug>/", competitions.competition, name="competition"),
    path("competitions/<slug:slug>/feed.atom", subject_feeds.competition, name="competition-feed"),
    path("competitions/<slug:slug>/calendar.ics", calendars.competition, name="competition-calendar"),
    path("competitions/<slug:slug>/rounds/", competitions.round_page, name="round"),
    path("teams/", team_pages.teams, name="teams"),
    path("teams/<slug:slug>/", team_pages.team, name="team"),
    path("teams/<slug:slug>/feed.atom", subject_feeds.team, name="team-feed"),
    path("teams/<slug:slug>/calendar.ics", calendars.team, name="team-calendar"),
    path("forecasters/", forecasters.forecasters, name="forecasters"),
    path("forecasters/<slug:slug>/", forecasters.forecaster, name="forecaster"),
    path("forecasters/<slug:slug>/feed.atom", subject_feeds.forecaster, name="forecaster-feed"),
    path("roundups/", roundups.roundups, name="roundups"),
    path("roundups/feed.atom", syndication.roundups, name="roundups-feed"),
    path("roundups/<int:pk>/", roundups.roundup, name="roundup"),
    path("roundups/digests/", digest_pages.digests, name="digests"),
    path("roundups/digests/<int:pk>/", digest_pages.digest, name="digest"),
    path("corrections/", match_pages.corrections, name="corrections"),
    path("corrections/feed.atom", syndication.corrected, name="corrections-feed"),
    path("commitments/feed.atom", syndication.commitments, name="commitments-feed"),
    path("methodology/", methodology.methodology, name="methodology"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemaps/<slug:section>-<int:number>.xml", sitemaps.part, name="sitemap-part"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("favicon.ico", sitemaps.favicon, name="favicon"),
    path("search/", search.search_page, name="search"),
]
