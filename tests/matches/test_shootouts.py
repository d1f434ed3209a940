"""Extra time and shootouts: what can follow what, and the traps that feeds set."""

import pytest

from matches.models import Match
from matches.result import InvalidResult, Result, score_text
from tests.factories import MatchFactory, record

pytestmark = pytest.mark.django_db


def finished(match: Match, *scores: tuple[int, int]):
    """After 90 minutes; after extra time; the shootout."""
    names = [("home_score_aet", "away_score_aet"), ("home_penalties", "away_penalties")]
    more = {}
    for pair, score in zip(names, scores[1:], strict=False):
        more.update(zip(pair, score or (None, None), strict=True))
    return record(match, *scores[0], **more)


@pytest.mark.parametrize(
    "scores",
    [
        [(1, 1), (1, 1), (3, 4)],
        [(0, 0), None, (5, 4)],  # straight to penalties, as in some cups
        [(1, 1), (2, 2), (4, 3)],
        [(2, 1), (3, 1)],  # the second leg of a tie whose aggregate was level
    ],
)
def test_possible_scores_after_ninety_minutes_are_recorded(scores):
    assert finished(MatchFactory(), *scores).version == 1


@pytest.mark.parametrize(
    ("scores", "field", "said"),
    [
        ([(1, 1), (1, 1), (3, 3)], "home_penalties", "cannot end level"),
        ([(2, 1), None, (4, 3)], "home_score", "2-1 is not"),
        ([(1, 1), (2, 1), (4, 3)], "home_score_aet", "2-1 is not"),
        (
            [(4, 5), None, (3, 4)],
            "home_score",
            "4-5 includes the shootout .3-4.; .* before it was 1-1",
        ),
        ([(1, 1), (4, 5), (3, 4)], "home_score_aet", "the score before it was 1-1"),
        ([(3, 5), None, (3, 5)], "home_score", "the score before it was 0-0"),
        ([(2, 0), (0, 0)], "home_score_aet", "cannot take goals away"),
    ],
)
def test_impossible_scores_are_refused_with_the_reason(scores, field, said):
    with pytest.raises(InvalidResult, match=said) as refusal:
        finished(MatchFactory(), *scores)

    assert refusal.value.field == field


def test_a_second_leg_goes_to_penalties_from_any_score():
    anfield = MatchFactory(leg=2)

    assert finished(anfield, (0, 1), (0, 1), (1, 4)).away_penalties == 4


def test_even_in_a_second_leg_the_shootout_is_no_part_of_the_score():
    with pytest.raises(InvalidResult, match="includes the shootout"):
        finished(MatchFactory(leg=2), (4, 5), None, (3, 4))


def test_a_shootout_that_is_under_way_may_be_level():
    match = MatchFactory()

    assert record(match, 1, 1, status="live", home_penalties=2, away_penalties=2).home_penalties == 2


def test_a_shootout_needs_the_score_before_it():
    with pytest.raises(InvalidResult, match="needs the score after 90 minutes"):
        record(MatchFactory(), status="live", home_penalties=1, away_penalties=0)


@pytest.mark.parametrize(
    ("scores", "text"),
    [
        ({}, "-"),
        ({"home_score": 2, "away_score": 1}, "2-1"),
        (
            {"home_score": 1, "away_score": 1, "home_score_aet": 2, "away_score_aet": 1},
            "1-1 (2-1 aet)",
        ),
        (
            {"home_score": 1, "away_score": 1, "home_penalties": 3, "away_penalties": 4},
            "1-1 (3-4 pens)",
        ),
    ],
)
def test_a_score_in_one_line(scores, text):
    assert score_text(Result(status="live", **scores)) == text
