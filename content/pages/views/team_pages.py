"""List of teams, and team page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from content.pages import breadcrumbs
from content.pages.follow import links
from content.pages.follow.structured_data import with_crumbs
from content.pages.forms import read
from content.pages.selectors import match_lists, provenance, seasons
from content.pages.selectors import team_pages as reads
from content.pages.views.competitions import ChosenSeason
from content.pages.views.page import page, paginate
from core.api.query_params import PageNumber
from matches.api.reference import competition_parameter, season_parameter
from matches.models import Match, Team
from stats.refresh import team_board_schedule


class TeamListParameters(PageNumber):
    competition = competition_parameter()
    season = season_parameter()


@page
def teams(request: HttpRequest) -> HttpResponse:
    """List the teams by name: all, those of a competition, or those of a season."""
    query = read(request, TeamListParameters)
    competition, season = query.values["competition"], query.values["season"]
    rows = Team.objects.order_by("name", "pk")
    if competition:
        rows = reads.of_competition(rows, Match.objects.filter(season__competition=competition))
    if season:
        rows = reads.of_competition(rows, Match.objects.filter(season=season))
    shown = paginate(rows, query.values["page"], per_page=200)
    context = {"query": query, "shown": shown, "competition": competition, "season": season}
    return render(request, "content/teams.html", context)


@page
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a team: its matches and tables in a season, its form, next match, and its leaderboard."""
    query = read(request, ChosenSeason).values
    shown, now = get_object_or_404(Team, slug=slug), timezone.now()
    found = seasons.of_team(shown)
    season = seasons.choose(found, query["season"], of="team")
    matches = reads.season_matches(shown, season, now) if season else reads.SeasonMatches([], [])
    ahead = reads.next_match(shown, now)
    opponent = ahead and (ahead.away_team if ahead.home_team_id == shown.pk else ahead.home_team)
    board = reads.board_ends(shown)
    lines = [*matches.results, *matches.fixtures]
    context = {
        "team": shown,
        "follow": links.of_team(shown),
        **with_crumbs(breadcrumbs.above_team(season), shown.name, shown.get_absolute_url()),
        "seasons": found,
        "season": season,
        "matches": matches,
        "places": list(reads.places(shown, season)) if season else [],
        "form": reads.form(shown, matches.results),
        "next": match_lists.MatchLine(ahead) if ahead else None,
        "opponent": opponent,
        "meetings": reads.meetings(shown, opponent) if opponent else [],
        "board": board,
        "board_as_of": team_board_schedule.as_of(),
        "made": provenance.combined({*board.provenances, *match_lists.provenances(lines)}),
    }
    return render(request, "content/team.html", context)
