"""Possible ranks, tiers and differences to the leader."""

import numpy as np
import pytest

from stats.inference.confidence_sequences import interval, matches_needed
from stats.inference.error_rate import pair_alpha
from stats.inference.ranks import PairedDifferences, board_ranges, tiers


def pairs_of(scores) -> PairedDifferences:
    """Return the sums of all pairs; `scores` are matches x rows, NaN if there is no prediction."""
    first, second = np.triu_indices(scores.shape[1], 1)
    differences = scores[:, first] - scores[:, second]
    common = ~np.isnan(differences)
    differences = np.where(common, differences, 0)
    return PairedDifferences(first, second, common.sum(0), differences.sum(0), (differences**2).sum(0))


def scores_around(*means: float, matches: int = 400, deviation: float = 0.05, seed: int = 1):
    rng = np.random.default_rng(seed)
    return np.array(means) + rng.normal(0, deviation, (matches, len(means)))


def numbers(count: int):
    return np.arange(1, count + 1)


def test_two_groups_that_differ_clearly_are_two_tiers():
    ranges = board_ranges(pairs_of(scores_around(0.1, 0.1, 0.2, 0.2)), numbers(4), higher_is_better=False)

    assert ranges.tier.tolist() == [1, 1, 2, 2]
    assert list(zip(ranges.rank_best, ranges.rank_worst, strict=True)) == [(1, 2), (1, 2), (3, 4), (3, 4)]


def test_higher_points_are_better():
    ranges = board_ranges(pairs_of(scores_around(2, 1, 1)), numbers(3), higher_is_better=True)

    assert ranges.tier.tolist() == [1, 2, 2]
    assert ranges.high[1] < 0
    assert ranges.rank_worst[0] == 1


def test_equal_forecasters_can_have_every_rank():
    ranges = board_ranges(pairs_of(scores_around(0.2, 0.2, 0.2)), numbers(3), higher_is_better=False)

    assert ranges.rank_best.tolist() == [1, 1, 1]
    assert ranges.rank_worst.tolist() == [3, 3, 3]
    assert ranges.tier.tolist() == [1, 1, 1]


def test_nothing_is_stated_below_50_common_matches():
    scores = scores_around(0.1, 0.5, matches=60)
    scores[:11, 1] = np.nan
    ranges = board_ranges(pairs_of(scores), numbers(2), higher_is_better=False)

    assert ranges.common.tolist() == [0, 49]
    assert np.isnan([ranges.low, ranges.high, ranges.matches_needed]).all()
    assert ranges.rank_worst.tolist() == [2, 2]


def test_the_order_of_a_pair_does_not_matter():
    pairs = pairs_of(scores_around(0.1, 0.12, 0.2))
    turned = PairedDifferences(pairs.second, pairs.first, pairs.matches, -pairs.total, pairs.squares)
    one, other = (board_ranges(each, numbers(3), higher_is_better=False) for each in (pairs, turned))

    for name in ("rank_best", "rank_worst", "tier", "low", "high", "common", "matches_needed"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_the_interval_to_the_leader_is_that_of_their_common_matches():
    scores = scores_around(0.1, 0.11, 0.2)
    ranges = board_ranges(pairs_of(scores), np.array([40, 2, 3]), higher_is_better=False)
    differences = scores[:, 1] - scores[:, 0]
    sums = 400, differences.sum(), (differences**2).sum()

    assert np.isnan(ranges.low[0])
    assert (ranges.low[1], ranges.high[1]) == pytest.approx(interval(*sums, pair_alpha(40, 2)))
    assert ranges.matches_needed[0] == matches_needed(*sums, pair_alpha(40, 2))


def test_an_empty_leaderboard_and_a_single_row_have_no_pairs():
    for rows in (0, 1):
        ranges = board_ranges(pairs_of(np.empty((3, rows))), numbers(rows), higher_is_better=True)

        assert ranges.tier.tolist() == [1] * rows


def test_a_tier_is_one_below_the_lowest_row_that_is_surely_better():
    better = np.zeros((4, 4), dtype=bool)
    better[0, 2] = better[2, 3] = True

    assert tiers(better).tolist() == [1, 1, 2, 3]


def test_a_circle_shares_the_last_tier():
    better = np.zeros((4, 4), dtype=bool)
    better[0, 1] = better[1, 2] = better[2, 3] = better[3, 1] = True

    assert tiers(better).tolist() == [1, 2, 2, 2]
