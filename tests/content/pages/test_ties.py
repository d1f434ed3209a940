"""Ties on the competition page and the match page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matches.models import Match, Stage
from tests.factories import KICKOFF, MatchFactory, StageFactory, TeamFactory, record

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PAGE = "/competitions/premier-league/"


def knockout(home: str, away: str, days: int, round_label: str, **more: object) -> Match:
    stage = StageFactory(name="Knockout stage", kind=more.pop("kind", Stage.Kind.KNOCKOUT))
    teams = {"home_team": TeamFactory(name=home), "away_team": TeamFactory(name=away)}
    at = KICKOFF + days * DAY
    return MatchFactory(stage=stage, matchday=None, round_label=round_label, kickoff_at=at, **teams, **more)


@pytest.fixture
def semi_final() -> Match:
    """The second leg: 1-0 and 1-2, and Barrow win the shootout."""
    record(knockout("Ashford", "Barrow", 0, "Semi-finals 1st leg"), 1, 0)
    second = knockout("Barrow", "Ashford", 7, "Semi-finals 2nd leg", leg=2)
    record(second, 2, 1, home_penalties=4, away_penalties=2)
    return second


def test_the_page_of_a_leg_has_both_legs_with_the_aggregate_and_who_goes_through(see, semi_final):
    text = see(semi_final.get_absolute_url()).text

    assert "Semi-finals" in text
    assert "Ashford 1 1 (2) 2" in text
    assert "Barrow (winner) 0 2 (4) 2" in text
    assert "Barrow go through 4-2 on penalties ( 2-2 on aggregate)." in text


def test_the_page_of_a_single_match_says_how_it_was_decided(see):
    final = knockout("Ashford", "Barrow", 0, "Final")
    record(final, 1, 1, home_penalties=5, away_penalties=4)

    assert "Ashford win 5-4 on penalties." in see(final.get_absolute_url()).text


def test_a_plain_win_and_a_league_match_have_no_tie(see):
    final, league = knockout("Ashford", "Barrow", 0, "Final"), MatchFactory()
    for match in (final, league):
        record(match, 2, 1)

    for match in (final, league):
        page = see(match.get_absolute_url()).text
        assert " win " not in page
        assert "go through" not in page


def test_the_competition_page_has_the_rounds_in_order(see, semi_final):
    record(knockout("Crewe", "Dover", 1, "Semi-finals 1st leg"), 3, 0)
    record(knockout("Dover", "Crewe", 8, "Semi-finals 2nd leg"), 0, 0)
    knockout("Crewe", "Barrow", 30, "Final")

    text = see(PAGE).text

    rounds = text[text.index("Knockout stage") :]
    assert rounds.index("Semi-finals") < rounds.index("Crewe and Barrow, Final")
    assert rounds.index("Crewe (winner) 3 0 3") < rounds.index("Barrow (winner) 0 2 (4) 2"), "as in the final"


def test_a_league_has_no_rounds_of_ties(site, see):
    assert "bracket" not in see(PAGE).html


def test_a_series_in_a_stage_that_is_not_decided_yet_shows_its_wins(see):
    for days, sides, score in ((0, 1, (1, 0)), (7, -1, (2, 0)), (14, 1, (0, 1))):
        teams = ("Ashford", "Barrow")[::sides]
        record(knockout(*teams, days, "Round One", kind=Stage.Kind.UNKNOWN, game=days + 1), *score)

    text = see(PAGE).text

    assert "Barrow (winner) 0 2 1 2" in text
    assert "Barrow go through 2-1 in the best of three." in text


def test_ties_take_one_query_however_many_there_are(client, semi_final):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(PAGE)
        return len(captured)

    few = queries()
    for number in range(5):
        record(knockout(f"Team {number}", f"Rival {number}", number, "Quarter-finals"), 1, 0)

    assert queries() == few
