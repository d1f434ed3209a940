"""The rules as a table of cases: what a reader of docs/scoring.md may check by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import rules
from scoring.rules import Probabilities, Quotas

goals = st.integers(0, 30)
scores = st.tuples(goals, goals)
picks = st.integers(0, 500)


@st.composite
def probabilities(draw):
    weights = [draw(st.integers(0, 1000)) for _ in range(3)]
    total = sum(weights) or 3
    return Probabilities(*(weight / total if sum(weights) else 1 / 3 for weight in weights))


@pytest.mark.parametrize(
    ("field", "quotas"),
    [
        ((15, 3, 2), (2, 5, 6)),
        ((24, 4, 2), (2, 6, 6)),
        ((20, 12, 10), (3, 4, 4)),
        ((1, 0, 0), (2, 6, 6)),
        ((5, 3, 2), (3, 3, 4)),
        ((0, 0, 0), (6, 6, 6)),
    ],
)
def test_quotas_of_known_fields(field, quotas):
    assert rules.quotas(*field) == quotas


@pytest.mark.parametrize(
    ("worth", "result", "pick", "expected"),
    [
        ((2, 5, 6), (2, 1), (2, 1), 6),
        ((2, 5, 6), (2, 1), (3, 2), 3),
        ((2, 5, 6), (2, 1), (3, 1), 2),
        ((2, 5, 6), (2, 1), (1, 1), 0),
        ((2, 5, 6), (1, 1), (1, 1), 9),
        ((2, 5, 6), (1, 1), (0, 0), 6),
        ((2, 6, 6), (0, 1), (0, 1), 10),
        ((2, 6, 6), (0, 1), (1, 2), 7),
        ((2, 6, 6), (0, 1), (0, 2), 6),
        ((3, 4, 4), (0, 0), (0, 0), 8),
        ((3, 4, 4), (0, 0), (1, 1), 5),
    ],
)
def test_points_of_known_picks(worth, result, pick, expected):
    assert rules.points(pick, result, Quotas(*worth)).total == expected


@given(total=st.integers(1, 10_000), share=st.floats(0, 1))
def test_the_integer_quota_is_kicktipps_formula_rounded_half_up(total, share):
    picked = max(1, round(total * share))
    exact = 6 * total / (10 * picked) - 0.6 + 2

    assert abs(rules.quota(total, picked) - min(6, max(2, exact))) <= 0.5 + 1e-9


@given(home=picks, draw=picks, away=picks)
def test_the_rarer_pick_is_never_worth_less(home, draw, away):
    by_picks = sorted(zip((home, draw, away), rules.quotas(home, draw, away), strict=True))
    quotas = [quota for _picks, quota in by_picks]

    assert quotas == sorted(quotas, reverse=True)
    assert all(2 <= quota <= 6 for quota in quotas)


@given(pick=scores, result=scores, field=st.tuples(picks, picks, picks))
def test_points_are_nothing_or_two_to_ten(pick, result, field):
    worth = rules.points(pick, result, rules.quotas(*field))

    assert worth.total == 0 or 2 <= worth.total <= 10
    assert (worth.total > 0) == (rules.tendency(*pick) == rules.tendency(*result))
    assert not worth.exact or worth.goal_difference


def test_a_right_draw_always_has_the_goal_difference():
    assert rules.points((3, 3), (0, 0), Quotas(2, 4, 6)).total == 5


def test_known_probability_scores():
    p = Probabilities(0.5, 0.3, 0.2)

    assert rules.ranked_probability_score(p, (1, 0)) == pytest.approx((0.25 + 0.04) / 2)
    assert rules.brier_score(p, (1, 1)) == pytest.approx(0.25 + 0.49 + 0.04)
    assert rules.log_score(p, (0, 1)) == pytest.approx(-math.log(0.2))


@given(p=probabilities(), total=st.floats(0.999, 1.001), result=scores)
def test_only_the_proportions_of_the_probabilities_count(p, total, result):
    """A sum of 0.999 or 1.001 earns and costs nothing, with none of the three scores."""
    scaled = Probabilities(*(total * each for each in p))

    for score in (rules.ranked_probability_score, rules.brier_score, rules.log_score):
        assert score(scaled, result) == pytest.approx(score(p, result), abs=1e-9)


def test_probabilities_are_divided_by_their_sum():
    p = Probabilities(0.5, 0.3, 0.201)

    assert rules.ranked_probability_score(p, (1, 0)) == pytest.approx(
        ((0.5 / 1.001 - 1) ** 2 + (0.201 / 1.001) ** 2) / 2
    )
    assert rules.brier_score(p, (1, 1)) == pytest.approx(
        (0.5 / 1.001) ** 2 + (0.3 / 1.001 - 1) ** 2 + (0.201 / 1.001) ** 2
    )
    assert rules.log_score(p, (0, 1)) == pytest.approx(-math.log(0.201 / 1.001))


def test_certainty_that_fails_costs_the_floor_not_infinity():
    assert rules.log_score(Probabilities(1.0, 0.0, 0.0), (0, 1)) == pytest.approx(-math.log(0.001 / 1.002))


@given(p=probabilities(), result=scores)
def test_probability_scores_stay_in_their_ranges(p, result):
    assert 0 <= rules.ranked_probability_score(p, result) <= 1
    assert 0 <= rules.brier_score(p, result) <= 2 + 1e-12
    assert 0 <= rules.log_score(p, result) <= -math.log(0.001 / 1.003)


@given(result=scores)
def test_the_truth_is_the_best_forecast(result):
    truth = Probabilities(*(float(rules.tendency(*result) == each) for each in ("home", "draw", "away")))

    assert rules.ranked_probability_score(truth, result) == 0
    assert rules.brier_score(truth, result) == 0


def test_missing_by_a_draw_hurts_less_than_missing_altogether():
    sure_home = Probabilities(1.0, 0.0, 0.0)

    assert rules.ranked_probability_score(sure_home, (1, 1)) < rules.ranked_probability_score(
        sure_home, (0, 1)
    )
