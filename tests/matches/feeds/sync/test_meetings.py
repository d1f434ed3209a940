"""Two teams may meet any number of times in a round: each meeting is a match, and each id finds its own."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import permutations

import pytest

from matches.feeds.providers.feed_format import FeedMatch
from matches.feeds.sync.match_linker import link_by_teams
from matches.feeds.sync.match_search import Listing, Unclear
from matches.models import Match
from matches.result import Result
from tests.factories import SeasonFactory, TeamFactory, record
from tests.matches.feeds.providers.documents import KICKOFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("teams")]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WON = Result(status="finished", home_score=2, away_score=1)
DRAWN = Result(status="finished", home_score=1, away_score=1)


def game(external_id: str, after: timedelta = timedelta(0), sides: str = "AB", **more: object) -> FeedMatch:
    """A match of Ashford and Barrow in the first round of the play-offs, so long after the first kickoff."""
    teams = {"A": "Ashford", "B": "Barrow"}
    values = {
        "external_id": external_id,
        "round_label": "Play-off round one",
        "kickoff_at": KICKOFF + after,
        "home": teams[sides[0]],
        "away": teams[sides[1]],
    }
    return FeedMatch(**{**values, **more})


def linked(rows: Iterable[FeedMatch], source: str = "alpha", *, is_whole: bool = True) -> dict[str, Match]:
    """The match of each row, or None if it is unclear; rows are linked in the order of their kickoffs."""
    rows, found = list(rows), {}
    listing = Listing(source, rows, is_whole=is_whole)
    for row in sorted(rows, key=lambda row: row.kickoff_at):
        teams = TeamFactory(name=row.home), TeamFactory(name=row.away)
        try:
            found[row.external_id] = link_by_teams(row, *teams, listing=listing, season=SeasonFactory()).match
        except Unclear:
            found[row.external_id] = None
    return found


SERIES = [
    *[game("g1"), game("g2", 7 * DAY, "BA"), game("g3", 14 * DAY)],
    *[game("g4", 21 * DAY, "BA"), game("g5", 28 * DAY)],
]


def test_all_games_of_a_series_are_matches_with_numbers():
    found = linked(SERIES)

    assert [found[each.external_id].game for each in SERIES] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("shift", [timedelta(0), HOUR, -HOUR, DAY])
def test_a_second_source_finds_each_game_by_its_date(shift):
    first = linked(SERIES)

    second = linked(
        [
            game(f"b{row.external_id}", row.kickoff_at - KICKOFF + shift, row.home[0] + row.away[0])
            for row in SERIES
        ],
        "beta",
    )

    assert {name[1:]: match for name, match in second.items()} == first


def test_a_second_source_finds_the_games_that_the_first_has_and_adds_the_others():
    first = linked([SERIES[2]])

    second = linked(SERIES[:3], "beta")

    assert second["g3"] == first["g3"]
    assert Match.objects.count() == 3


def test_two_meetings_on_one_day_are_two_matches():
    found = linked([game("noon"), game("evening", 4 * HOUR)])

    assert found["noon"] != found["evening"]
    assert Match.objects.count() == 2


def test_two_meetings_on_a_day_without_times_are_two_matches():
    linked([game("one", day_only=True), game("two", day_only=True)])

    assert Match.objects.count() == 2


def test_two_meetings_with_one_kickoff_are_two_matches_if_they_have_game_numbers():
    found = linked([game("one", game=1), game("two", game=2)])

    assert [found["one"].game, found["two"].game] == [1, 2]


def test_two_ids_with_one_kickoff_are_a_duplicate():
    assert linked([game("one"), game("two")])["two"] is None


def test_a_second_source_finds_both_meetings_of_a_day():
    first = linked([game("noon"), game("evening", 4 * HOUR, "BA")])

    second = linked([game("noon", day_only=True), game("evening", sides="BA", day_only=True)], "beta")

    assert second == first


def test_a_second_source_is_asked_which_of_two_meetings_on_a_day_it_means():
    linked([game("noon"), game("evening", 4 * HOUR)])

    assert linked([game("b", 2 * HOUR)], "beta") == {"b": None}
    assert linked([game("b", day_only=True)], "beta") == {"b": None}


def test_a_second_source_knows_which_meeting_of_a_day_the_first_has():
    evening = linked([game("evening", 4 * HOUR)])["evening"]

    second = linked([game("b1"), game("b2", 4 * HOUR)], "beta")

    assert second["b2"] == evening
    assert second["b1"] not in (evening, None)


@pytest.mark.parametrize("sides", ["AB", "BA"])
def test_a_replay_a_week_later_is_a_match_of_its_own(sides):
    record(linked([game("tie", result=DRAWN)])["tie"], 1, 1)

    second = linked([game("replay", 7 * DAY, sides, result=WON)], "beta")

    assert second["replay"].game == 2


def test_both_legs_under_one_label_are_found_by_a_second_source():
    first = linked([game("one"), game("two", 7 * DAY, "BA")])

    assert linked([game("one", HOUR), game("two", 7 * DAY, "BA")], "beta") == first


def test_the_same_score_on_another_day_is_asked_about():
    record(linked([game("g1", result=WON)])["g1"], 2, 1)

    assert linked([game("b", 7 * DAY, result=WON)], "beta") == {"b": None}


# --- Files, which need not list all ids -------------------------------------------------------------------


@pytest.mark.parametrize("result", [WON, DRAWN])
def test_a_file_with_the_next_game_adds_it(result):
    record(linked([game("g1", result=WON)], is_whole=False)["g1"], 2, 1)

    assert linked([game("g3", 14 * DAY, result=result)], is_whole=False)["g3"].game == 2


def test_a_file_with_a_second_meeting_on_a_day_is_asked_about():
    linked([game("noon")], is_whole=False)

    assert linked([game("evening", 4 * HOUR)], is_whole=False) == {"evening": None}


def test_a_file_that_has_replaced_an_id_finds_the_match():
    first = linked([game("old")], is_whole=False)["old"]

    assert linked([game("new")], is_whole=False) == {"new": first}


def test_a_file_with_another_meeting_of_the_round_is_asked_about_while_the_first_is_to_be_played():
    linked([game("g1")], is_whole=False)

    assert linked([game("g3", 14 * DAY)], is_whole=False) == {"g3": None}


# --- Game numbers -----------------------------------------------------------------------------------------


def test_game_numbers_follow_the_kickoffs_in_any_order_of_the_rows():
    for rows in permutations(SERIES[:3]):
        Match.objects.all().delete()
        assert [found.game for found in map(linked(rows).get, ("g1", "g2", "g3"))] == [1, 2, 3]


def test_a_replay_gets_the_number_of_the_abandoned_match():
    abandoned = linked([game("g1")])["g1"]
    record(abandoned, status="abandoned")

    assert linked([game("g1"), game("again", 5 * DAY)])["again"].game == abandoned.game
