"""Possible ranks, tiers and differences to the leader, from the sums of all pairs of a leaderboard.

All of them come from one set of intervals, which hold at the same time: with probability 1 - alpha, no pair
of equally good forecasters is ever called different (docs/adr/0050).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stats.inference.confidence_sequences import ALPHA, interval, matches_needed
from stats.inference.error_rate import pair_alpha
from stats.inference.units import Index, Vector

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PairedDifferences:
    """Sums over the common matches of pairs of forecasters, one entry per pair, for one metric.

    - `first`, `second`: rows of the leaderboard, from 0; each pair occurs once, in either order
    - `matches`, `total`, `squares`: number of common matches, sum of d and sum of d^2, where d is the score
      of `first` minus the score of `second`
    """

    first: Index
    second: Index
    matches: Index
    total: Vector
    squares: Vector


@dataclass(frozen=True, slots=True)
class BoardRanges:
    """Result for a leaderboard, one entry per row. NaN means that nothing can be stated.

    - `rank_best`, `rank_worst`: from 1; all rows between are possible
    - `tier`: 1 if no row is surely better
    - `low`, `high`: interval of the score minus the leader's score, over their common matches
    - `common`: number of common matches with the leader
    - `matches_needed`: further common matches after which the row and the next one are separated, no matter
      which of them is better
    """

    rank_best: Index
    rank_worst: Index
    tier: Index
    low: Vector
    high: Vector
    common: Index
    matches_needed: Vector


def board_ranges(
    pairs: PairedDifferences, joined: Index, *, higher_is_better: bool, alpha: float = ALPHA
) -> BoardRanges:
    """Return the ranges of a leaderboard with the leader in row 0.

    `joined` contains for each row the forecaster's number in the order of joining, from 1. It must not
    depend on scores.
    """
    rows = len(joined)
    better = surely_better(pairs, joined, higher_is_better=higher_is_better, alpha=alpha)
    low, high, common = _to_leader(pairs, joined, alpha)
    return BoardRanges(
        rank_best=1 + better.sum(axis=0),
        rank_worst=rows - better.sum(axis=1),
        tier=tiers(better),
        low=low,
        high=high,
        common=common,
        matches_needed=_to_next_row(pairs, joined, alpha),
    )


def surely_better(
    pairs: PairedDifferences, joined: Index, *, higher_is_better: bool, alpha: float = ALPHA
) -> Flags:
    """Return a matrix that is True in row i and column j if i is surely better than j.

    "Surely" means that the interval of the difference excludes 0.
    """
    low, high = interval(pairs.matches, pairs.total, pairs.squares, _alphas(pairs, joined, alpha))
    above, below = (low > 0, high < 0) if higher_is_better else (high < 0, low > 0)
    better = np.zeros((len(joined), len(joined)), dtype=np.bool_)
    better[pairs.first, pairs.second] = above
    better[pairs.second, pairs.first] = below
    return better


def tiers(better: Flags) -> Index:
    """Return the tier of each row: 1 if no row is surely better, else one below the lowest such row.

    If rows are surely better than each other in a circle, which is possible with different common matches,
    they and all rows below them share the last tier.
    """
    found = np.zeros(len(better), dtype=np.intp)
    tier = 0
    while (left := found == 0).any():
        tier += 1
        free = left & ~better[left].any(axis=0)
        found[free if free.any() else left] = tier
    return found


def _alphas(pairs: PairedDifferences, joined: Index, alpha: float) -> Vector:
    return pair_alpha(joined[pairs.first], joined[pairs.second], alpha)


def _to_leader(pairs: PairedDifferences, joined: Index, alpha: float) -> tuple[Vector, Vector, Index]:
    """Return low, high and the number of common matches; NaN and 0 for the leader's own row."""
    is_first = pairs.first == 0
    chosen = is_first | (pairs.second == 0)
    other = np.where(is_first, pairs.second, pairs.first)[chosen]
    total = np.where(is_first, -pairs.total, pairs.total)[chosen]
    alphas = _alphas(pairs, joined, alpha)[chosen]
    low, high = np.full((2, len(joined)), np.nan)
    low[other], high[other] = interval(pairs.matches[chosen], total, pairs.squares[chosen], alphas)
    common = np.zeros(len(joined), dtype=np.intp)
    common[other] = pairs.matches[chosen]
    return low, high, common


def _to_next_row(pairs: PairedDifferences, joined: Index, alpha: float) -> Vector:
    chosen = np.abs(pairs.first - pairs.second) == 1
    needed = np.full(len(joined), np.nan)
    needed[np.minimum(pairs.first, pairs.second)[chosen]] = matches_needed(
        pairs.matches[chosen],
        pairs.total[chosen],
        pairs.squares[chosen],
        _alphas(pairs, joined, alpha)[chosen],
    )
    return needed
