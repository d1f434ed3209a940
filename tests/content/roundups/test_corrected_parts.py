"""Whatever is corrected of a result is said: extra time, the shootout, or which score of it counts."""

import pytest

from content.models import Roundup
from matches.models import Competition, Match
from tests.content.roundups.conftest import week
from tests.factories import ForecasterFactory, coin, homer, oracle, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db

LEVEL = {"home_score_aet": 1, "away_score_aet": 1}


def shootout(home: int, away: int) -> dict[str, int]:
    return {**LEVEL, "home_penalties": home, "away_penalties": away}


@pytest.fixture
def final() -> Match:
    """Ashford - Barrow: the Oracle says 2-1, the Homer 1-0, the Coin 1-1."""
    match = week(1, round_label="Final", neutral=True)
    for forecaster, pick in ((oracle, (2, 1)), (homer, (1, 0)), (coin, (1, 1))):
        predict(match, forecaster(), pick)
    return match


@pytest.fixture
def later() -> Match:
    """A match of the same season, a week after the final."""
    match = week(2, "Barrow", "Ashford")
    predict(match, oracle(), (2, 1))
    predict(match, coin(), (1, 1))
    return match


def told(match: Match) -> Roundup:
    """Its roundup, made by the whole pipeline."""
    ran = run_waiting()
    assert {run.state for run in ran} == {"done"}, [run.error for run in ran]
    return Roundup.objects.get(match=match, status="published")


def why_history(roundup: Roundup) -> str:
    roundup.refresh_from_db()
    assert roundup.status == "superseded"
    return roundup.supersede_reason


def count_the_score(match: Match, basis: str) -> None:
    competition = match.season.competition
    competition.score_basis = basis
    competition.save()


def test_a_reversed_shootout_is_a_correction_with_its_reason(final):
    record(final, 1, 1, **shootout(4, 3))
    first = told(final)
    record(final, 1, 1, **shootout(3, 4), reason="The sheet had the sides swapped")

    second = told(final)

    assert "Barrow win on penalties" in second.title
    former = "1-1, and 4-3 to Ashford on penalties"
    assert second.summary.startswith(f"Corrected: the match had been reported as {former}.")
    assert f"the result had stood as {former}; the score that counts is the same." in second.body
    assert "The reason given: “The sheet had the sides swapped”." in second.body
    assert why_history(first) == (
        "result corrected from 1-1 (1-1 aet, 4-3 pens) to 1-1 (1-1 aet, 3-4 pens):"
        " The sheet had the sides swapped"
    )


@pytest.mark.parametrize(
    ("before", "after", "former"),
    [
        (LEVEL, {"home_score_aet": 2, "away_score_aet": 1}, "1-1 after 90 minutes and 1-1 after extra time"),
        ({}, LEVEL, "1-1 without extra time"),
        (LEVEL, {}, "1-1 after 90 minutes and 1-1 after extra time"),
        (LEVEL, shootout(4, 3), "1-1, with no shootout"),
        (shootout(4, 3), LEVEL, "1-1, and 4-3 to Ashford on penalties"),
        (shootout(4, 3), shootout(5, 3), "1-1, and 4-3 to Ashford on penalties"),
        (
            shootout(3, 4),
            {"home_score_aet": 2, "away_score_aet": 1},
            "1-1 after 90 minutes and 1-1 after extra time, and 3-4 to Barrow on penalties",
        ),
    ],
)
@pytest.mark.parametrize("basis", ["full_time", "after_extra_time"])
def test_the_part_that_was_another_one_is_named(final, basis, before, after, former):
    count_the_score(final, basis)
    record(final, 1, 1, **before)
    told(final)
    record(final, 1, 1, **after)

    article = told(final)

    assert article.summary.startswith(f"Corrected: the match had been reported as {former}.")
    assert f"the result had stood as {former}; " in article.body
    counts = article.facts["correction"]
    assert counts["is_same_score"] == ("the score that counts is the same" in article.body)


def test_ninety_minutes_that_do_not_count_are_named_as_well(final):
    count_the_score(final, "after_extra_time")
    record(final, 1, 1, home_score_aet=2, away_score_aet=1)
    told(final)
    record(final, 0, 0, home_score_aet=2, away_score_aet=1)

    former = "1-1 after 90 minutes and 2-1 after extra time, a win for Ashford"
    assert f"the result had stood as {former}; the score that counts is the same" in told(final).body


def test_a_final_that_is_voided_had_its_shootout(final):
    record(final, 1, 1, **shootout(4, 3))
    told(final)
    record(final, 3, 0, status="awarded")

    former = "1-1 after 90 minutes and 1-1 after extra time, and 4-3 to Ashford on penalties"
    assert f"The result had stood as {former}; that is corrected" in told(final).body


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            {"home_score_aet": 2, "away_score_aet": 1},
            {"home_score_aet": 3, "away_score_aet": 1},
            "was corrected from 1-1 (2-1 aet) to 1-1 (3-1 aet)",
        ),
        (
            shootout(4, 3),
            shootout(3, 4),
            "was corrected from 1-1 (1-1 aet, 4-3 pens) to 1-1 (1-1 aet, 3-4 pens)",
        ),
    ],
)
def test_later_roundups_say_which_part_of_the_earlier_result_changed(final, later, before, after, said):
    """Where a late pick comes with it, the board is another one and the later roundup is told anew."""
    record(final, 1, 1, **before)
    told(final)
    record(later, 2, 1)
    first = told(later)
    record(final, 1, 1, **after)
    predict(final, ForecasterFactory(name="The Latecomer"), (1, 1))

    told(later)

    assert why_history(first) == f"Ashford - Barrow (23 August 2025) {said}"


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        (Competition.ScoreBasis.AFTER_EXTRA_TIME, "after extra time: 2-1 instead of 1-1"),
        (Competition.ScoreBasis.FULL_TIME, "after 90 minutes: 1-1 instead of 2-1"),
    ],
)
def test_another_score_that_counts_is_no_correction(final, later, basis, said):
    other = next(each for each in Competition.ScoreBasis if each != basis)
    count_the_score(final, other)
    record(final, 1, 1, home_score_aet=2, away_score_aet=1)
    first = told(final)
    record(later, 2, 1)
    first_later = told(later)

    count_the_score(final, basis)

    assert "orrect" not in told(final).body
    assert why_history(first) == f"predictions are now scored by the result {said}"
    assert why_history(first_later) == (
        f"Ashford - Barrow (23 August 2025) is now scored by the result {said}"
    )


# --- Scores home first, the winner named ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "former", "now"),
    [
        ((1, 0), (0, 1), "1-0, a win for Ashford", "Ashford 0-1 Barrow, a win for Barrow"),
        ((0, 2), (0, 1), "0-2, a win for Barrow", "Ashford 0-1 Barrow, a win for Barrow"),
        ((1, 3), (2, 2), "1-3, a win for Barrow", "2-2"),
        ((0, 1), (1, 0), "0-1, a win for Barrow", "1-0"),
    ],
)
def test_a_correction_has_every_score_home_first_with_its_winner(before, after, former, now):
    match = week(1)
    predict(match, oracle(), (2, 1))
    predict(match, homer(), (0, 1))
    record(match, *before)
    told(match)
    record(match, *after)

    article = told(match)

    assert article.title.startswith(f"Ashford {after[0]}-{after[1]} Barrow")
    assert article.summary.startswith(f"Corrected: the match had been reported as {former}.")
    assert f"the result had stood as {former}; all predictions were scored again." in article.body
    assert now in article.body


def test_a_shootout_of_the_visitors_is_told_home_first(final):
    record(final, 1, 1, **shootout(3, 4))
    told(final)
    record(final, 1, 1, **shootout(2, 4))

    article = told(final)

    assert article.summary.startswith("Corrected: the match had been reported as 1-1, and 3-4 to Barrow on")
    assert "It ended Ashford 2-4 Barrow on penalties, a win for Barrow, on Saturday" in article.body


def test_the_former_result_is_the_one_that_the_reason_refers_to(final):
    """The second result was replaced before it was scored; the list of corrections names it as well."""
    record(final, 3, 1)
    told(final)
    record(final, 0, 2)
    record(final, 2, 2, reason="It was 0-2 by mistake")

    article = told(final)

    assert article.summary.startswith("Corrected: the match had been reported as 0-2, a win for Barrow.")
    assert "The reason given: “It was 0-2 by mistake”." in article.body
