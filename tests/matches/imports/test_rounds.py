"""Rounds of a cup from files: legs in any order of the rows, seasons that grow, sides that are swapped."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from matches.feeds.providers.csv_format import TableRow
from matches.models import GroundMove, Match, Season
from matches.result import Result, score_text
from tests.factories import SeasonFactory, oracle, predict
from tests.fixtures.feeds import OVER, the_match
from tests.matches.feeds.providers.documents import KICKOFF
from tests.matches.imports.test_match_files import TO_COME, WON, Imported, imported, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("teams")]

DAY = timedelta(days=1)
FIRST_LEG = Result(status="finished", home_score=1, away_score=0)
SECOND_LEG = Result(
    status="finished", home_score=2, away_score=1, home_penalties=4, away_penalties=2
)  # level on aggregate
SWAPPED = {"home": "Barrow", "away": "Ashford"}


def cup_rows(*rows, **options: object) -> Imported:
    """Import these rows of a cup that nobody has added yet."""
    rows = [replace(each, competition="Copper Cup", season="2025/26") for each in rows]
    return imported(*rows, create_seasons=True, **{"now": OVER + 900 * DAY, **options})


def cup() -> Season:
    return Season.objects.get(competition__slug="copper-cup")


def leg(number: int, external_id: str, days: int, result: Result, **more: object) -> TableRow:
    made = row(number, external_id, kickoff_at=KICKOFF + days * DAY, result=result, **more)
    return replace(made, match=replace(made.match, round_label="Semi-final", matchday=None))


@pytest.mark.parametrize("chunk", [1, 500])
def test_a_second_leg_may_come_before_its_first_leg(chunk):
    rows = [leg(2, "l2", 7, SECOND_LEG, **SWAPPED), leg(3, "l1", 0, FIRST_LEG)]

    done = cup_rows(*rows, chunk=chunk)

    assert (done.refused, done.done) == ({}, {"added": 2, "recorded": 2})
    assert score_text(Match.objects.get(leg=2)) == "2-1 (4-2 pens)"


def test_a_second_leg_that_was_added_first_may_come_before_its_first_leg_again():
    cup_rows(leg(2, "l2", 7, TO_COME, **SWAPPED))
    rows = [leg(2, "l2", 7, SECOND_LEG, **SWAPPED), leg(3, "l1", 0, FIRST_LEG)]

    assert cup_rows(*rows).refused == {}


def test_all_games_of_a_series_are_imported_whatever_the_files():
    games = [
        leg(number, f"g{number}", 7 * number, result, **sides)
        for number, (result, sides) in enumerate([(WON, {}), (WON, SWAPPED), (FIRST_LEG, {})])
    ]
    cup_rows(*games[:2])

    done = cup_rows(games[2])

    assert (done.refused, done.done) == ({}, {"added": 1, "recorded": 1})
    assert sorted(Match.objects.values_list("game", flat=True)) == [1, 2, 3]


# --- Seasons ----------------------------------------------------------------------------------------------


def test_a_season_that_an_import_created_grows_with_later_rounds():
    cup_rows(row())
    final = row(2, "f1", matchday=8, kickoff_at=KICKOFF + 280 * DAY)

    done = cup_rows(final)

    assert done.refused == {}
    assert (cup().starts_on, cup().ends_on) == (KICKOFF.date(), (KICKOFF + 280 * DAY).date())
    assert done.job.extended == {"Copper Cup 2025/26": "2026-03-07 to 2026-12-12"}


def test_a_season_that_an_import_created_grows_with_earlier_rounds():
    cup_rows(row())

    cup_rows(row(2, "q1", matchday=1, kickoff_at=KICKOFF - 200 * DAY))

    assert cup().starts_on == (KICKOFF - 200 * DAY).date()


@pytest.mark.parametrize("days", [-365, 365, 3650])
def test_a_round_of_another_year_is_refused(days):
    cup_rows(row())

    done = cup_rows(row(2, "f1", matchday=8, kickoff_at=KICKOFF + days * DAY), now=OVER + 9000 * DAY)

    assert "is not in Copper Cup 2025/26 (2026-03-07 to 2026-03-07)" in done.refused[2]
    assert cup().ends_on == KICKOFF.date()
    assert done.job.extended == {}


@pytest.mark.parametrize("years", [-20, 20])
def test_a_row_of_another_year_does_not_widen_a_new_season(years):
    rows = [
        row(number, f"a{number}", matchday=number, kickoff_at=KICKOFF + number * DAY)
        for number in range(2, 6)
    ]
    wrong = row(6, "wrong", matchday=6, kickoff_at=KICKOFF.replace(year=KICKOFF.year + years))

    done = cup_rows(*rows, wrong, now=OVER + 9000 * DAY)

    assert done.refused.keys() == {6}
    assert (cup().starts_on, cup().ends_on) == ((KICKOFF + 2 * DAY).date(), (KICKOFF + 5 * DAY).date())


def test_qualifiers_over_more_than_two_years_are_one_season():
    rounds = [
        row(number, f"a{number}", matchday=number, kickoff_at=KICKOFF + number * 100 * DAY)
        for number in range(2, 11)
    ]

    assert cup_rows(*rounds, chunk=2, now=OVER + 2000 * DAY).refused == {}


def test_a_refused_row_does_not_extend_a_season():
    cup_rows(row())
    impossible = Result(status="finished", home_score=131, away_score=0)

    done = cup_rows(row(2, "f1", matchday=8, kickoff_at=KICKOFF + 280 * DAY, result=impossible))

    assert done.refused.keys() == {2}
    assert cup().ends_on == KICKOFF.date()


def test_a_season_that_an_operator_added_keeps_its_dates():
    SeasonFactory()

    done = imported(row(kickoff_at=KICKOFF + 280 * DAY, result=TO_COME), create_seasons=True)

    assert "extend the season in the admin" in done.refused[2]
    assert SeasonFactory().ends_on == date(2026, 5, 31)


# --- Sides ------------------------------------------------------------------------------------------------


def test_a_file_that_gives_a_match_to_the_other_ground_swaps_its_sides():
    SeasonFactory()
    imported(row(result=TO_COME))

    assert imported(row(result=TO_COME, **SWAPPED)).done == {"swapped": 1}
    assert the_match().home_team.name == "Barrow"
    assert GroundMove.objects.get().source == "pack"


def test_a_match_with_predictions_keeps_its_sides_and_the_row_is_reported():
    SeasonFactory()
    imported(row(result=TO_COME))
    predict(the_match(), oracle(), (2, 1))

    done = imported(row(**SWAPPED))

    assert "Reported as Barrow - Ashford" in done.kept[2]
    assert score_text(the_match()) == "1-2"
