"""Points under other rules, and rank correlation, compared with scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stats.inference.point_rules import RULES, kendall, points_under, spearman
from tests.example_counts import examples

SCORES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=30)


@pytest.mark.parametrize(("name", "points"), [("4-3-2", 21), ("5-2-1-0", 17), ("3-1-0", 12)])
def test_points_follow_from_the_numbers_of_hits(name, points):
    rule = next(rule for rule in RULES if rule.name == name)

    assert points_under(rule, results=8, goal_differences=3, exact=2) == points


def test_points_of_all_forecasters_at_once():
    assert points_under(RULES[0], np.array([1, 0]), np.array([1, 0]), np.array([1, 0])).tolist() == [4, 0]


@examples(200)
@given(SCORES)
def test_rank_correlations_are_those_of_scipy(pairs):
    first, second = np.array(pairs).T
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert np.isnan(kendall(first, second))
        assert np.isnan(spearman(first, second))
    else:
        assert kendall(first, second) == pytest.approx(stats.kendalltau(first, second).statistic)
        assert spearman(first, second) == pytest.approx(stats.spearmanr(first, second).statistic)
