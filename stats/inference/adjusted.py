"""Scores adjusted for the difficulty of the matches that each forecaster predicted.

Two-way model: score of forecaster i in match j = mean + a_i + b_j + error. Its least-squares solution
follows from sums over matches. For a match with k predictions, each pair of its forecasters adds 1/k to its
weight, and each forecaster adds its score minus the mean of the match to its residual r. With the Laplacian
L of the weights (-weight of each pair, and on the diagonal the sum of the row's weights), L a = r. This holds
only if k and the mean of a match are taken over exactly the forecasters of the model: if other forecasters
are to be compared, weights and residuals must be computed again.

Source: the reduced normal equations of a block design, with matches as blocks; e.g. John and Williams,
"Cyclic and Computer Generated Designs", 1995.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stats.inference.units import Index, Vector

NOT_CONNECTED = "No chain of common matches leads from this forecaster to the leader."


@dataclass(frozen=True, slots=True)
class AdjustedScores:
    """Adjusted score of each row of a leaderboard.

    - `score`: effect plus the mean of all scores of connected rows; NaN if the row is not connected
    - `effect`: a_i; the effects of connected rows add up to 0
    - `is_connected`: a chain of common matches leads to the leader; if False, the reason is NOT_CONNECTED
    """

    score: Vector
    effect: Vector
    is_connected: NDArray[np.bool_]


def adjusted_scores(
    first: Index, second: Index, weights: Vector, residuals: Vector, totals: Vector, matches: Index
) -> AdjustedScores:
    """Solve the two-way model for a leaderboard with the leader in row 0.

    `first`, `second` and `weights` have one entry per pair of rows with common matches: the sum of 1/k. The
    others have one entry per row: sum of score minus mean of the match, sum of scores, number of matches.
    """
    weight = np.zeros((len(residuals), len(residuals)))
    weight[first, second] = weight[second, first] = weights
    connected = _connected_to_leader(weight > 0)
    effect = np.full(len(residuals), np.nan)
    effect[connected] = _effects(weight[np.ix_(connected, connected)], residuals[connected])
    mean = totals[connected].sum() / max(matches[connected].sum(), 1)
    return AdjustedScores(score=effect + mean, effect=effect, is_connected=connected)


def match_difficulty(match: Index, forecaster: Index, scores: Vector, effect: Vector) -> Vector:
    """Return for each match the score that a forecaster of average skill is expected to have in it.

    The first three arguments have one entry per prediction: numbers of match and row, from 0, and score. A
    match is NaN if no connected forecaster predicted it.
    """
    adjusted = scores - effect[forecaster]
    known = ~np.isnan(adjusted)
    size = int(match.max(initial=-1)) + 1
    count = np.bincount(match[known], minlength=size)
    total = np.bincount(match[known], weights=adjusted[known], minlength=size)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def _connected_to_leader(is_linked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    reached = np.zeros(len(is_linked), dtype=np.bool_)
    reached[:1] = True
    while True:
        more = reached | is_linked[reached].any(axis=0)
        if (more == reached).all():
            return reached
        reached = more


def _effects(weight: Vector, residuals: Vector) -> Vector:
    """Solve (L + J / M) a = r, J all ones. L alone is singular, because only differences are determined."""
    laplacian = np.diag(weight.sum(axis=1)) - weight
    return np.asarray(np.linalg.solve(laplacian + 1 / max(len(weight), 1), residuals))
