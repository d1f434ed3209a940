"""Number of matches on which a lead depends, compared with trying all subsets."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stats.inference.fragility import matches_the_lead_hangs_on
from tests.example_counts import examples


def fewest_by_trying(advantages: list[int]) -> int | None:
    for count in range(len(advantages) + 1):
        if any(sum(advantages) - sum(left_out) < 0 for left_out in combinations(advantages, count)):
            return count
    return None


@examples(200)
@given(st.lists(st.integers(-10, 10), max_size=15))
def test_no_smaller_set_of_matches_changes_the_lead(advantages):
    found = matches_the_lead_hangs_on(advantages)

    assert (None if found is None else len(found)) == fewest_by_trying(advantages)
    if found is not None:
        assert sum(np.delete(advantages, found)) < 0


def test_the_matches_with_the_largest_advantage_are_named_first():
    assert matches_the_lead_hangs_on([1, 6, -3, 4, -2]).tolist() == [1, 3]


def test_a_lead_without_a_lost_match_hangs_on_nothing():
    assert matches_the_lead_hangs_on([2, 0, 1]) is None


def test_a_second_that_is_ahead_on_common_matches_needs_no_match():
    assert matches_the_lead_hangs_on([-2, 1]).tolist() == []
