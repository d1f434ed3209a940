"""The page of a team, and the lists of teams."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from content.pages.labels import and_others
from tests.content.pages.conftest import count_results
from tests.factories import KICKOFF, MatchFactory, SeasonFactory, TeamFactory, record, upcoming_match

pytestmark = pytest.mark.django_db


def test_a_team_has_results_place_form_and_forecasters(site, see):
    seen = see("/teams/ashford/")

    assert "Ashford Premier League 2025/26" in seen.text
    assert "1st in the table : 3 points from 1 match, goals 2-1." in seen.text
    assert 'aria-label="Last matches, newest last: won 2-1 against Barrow"' in seen.html
    assert "Ashford 2-1 Barrow 16 Aug 2025 The Oracle 6 points" in seen.text
    assert "The best in the matches of Ashford, all seasons" in seen.text


def test_the_next_match_comes_with_the_last_meetings(site, see):
    upcoming_match(home_team=site.played.away_team, away_team=site.played.home_team)

    text = see("/teams/ashford/").text

    assert "Next match Barrow v Ashford" in text
    assert "Last meetings with Barrow Ashford 2-1 Barrow" in text


def test_the_newest_season_with_results_is_shown_and_others_can_be_chosen(site, see):
    new = SeasonFactory(label="2026/27", starts_on=date(2026, 8, 1), ends_on=date(2027, 5, 31))
    upcoming_match(season=new)

    for path in ("/teams/ashford/", "/competitions/premier-league/"):
        seen = see(path)
        assert "Ashford 2-1 Barrow" in seen.text
        assert f'href="?season={new.pk}"' in seen.html
    assert "No results in this season yet." in see(f"/teams/ashford/?season={new.pk}").text


def test_a_season_of_other_teams_is_refused(site, see):
    other = SeasonFactory(label="1999/00", starts_on=date(1999, 8, 1), ends_on=date(2000, 5, 31))

    seen = see(f"/teams/ashford/?season={other.pk}")

    assert seen.status == 400
    assert f"{other.pk} is not a season of this team." in seen.text


def test_a_team_without_matches_has_a_page(see):
    TeamFactory(name="Nowhere")

    assert "No match of this team has been added yet." in see("/teams/nowhere/").text
    assert see("/teams/elsewhere/").status == 404


def test_teams_are_listed_by_competition_and_season(site, see):
    TeamFactory(name="Nowhere")

    assert "Nowhere" in see("/teams/").text
    for query in ("competition=premier-league", f"season={site.played.season_id}"):
        text = see(f"/teams/?{query}").text
        assert "Ashford Barrow Corby Derby" in text
        assert "Nowhere" not in text


def test_a_match_leads_to_the_matches_before_and_after(site, see):
    before = MatchFactory(kickoff_at=KICKOFF - timedelta(days=7), away_team=TeamFactory(name="Epsom"))
    record(before, 3, 0)
    count_results()
    upcoming_match(home_team=TeamFactory(name="Frome"), away_team=site.played.away_team)

    text = see(site.played.get_absolute_url()).text

    assert "Ashford Ashford 3-0 Epsom 9 Aug 2025 \N{EN DASH}" in text
    assert "Barrow \N{EN DASH} Frome v Barrow" in text


def test_days_with_matches_lead_from_one_to_another(site, see):
    day, tomorrow = f"{site.played.kickoff_at:%Y-%m-%d}", f"{timezone.now() + timedelta(days=1):%Y-%m-%d}"

    overview = see("/matches/").html
    chosen = see(f"/matches/?from={day}&to={day}")

    for html in (overview, chosen.html):
        assert f'href="?from={day}&amp;to={day}"' in html
        assert f'href="?from={tomorrow}&amp;to={tomorrow}"' in html
    assert "Matches Saturday 16 August 2025" in chosen.text
    assert chosen.html.count('aria-current="date"') == 1


def test_ties_are_told_as_ties():
    assert [and_others(number) for number in (0, 1, 2, 8, 101)] == [
        *["", "", " and one other", " and seven others"],
        " and 100 others",
    ]


def test_an_order_with_the_worst_first_says_so(site, see):
    assert "Sorted by RPS, worst first." in see("/leaderboard/?ordering=-rps").text
    assert "worst first" not in see("/leaderboard/?ordering=rps").text
    assert "worst first" not in see("/leaderboard/?ordering=-points").text
