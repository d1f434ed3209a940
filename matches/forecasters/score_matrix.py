"""From expected goals to a forecast: the grid of scores, its three tendencies, and the score to name.

A grid is an array of shape (11, 11); entry [h, a] is the probability of the score h-a, and all sum to 1.
"""

from collections.abc import Sequence
from math import floor

import numpy as np
from numpy.typing import NDArray

from matches.forecasters.base import Forecast

Grid = NDArray[np.float64]

GRID_GOALS = 10
LEAST_MEAN, MOST_MEAN = 0.1, 6.0
_GOALS = np.arange(GRID_GOALS + 1)
_LOG_FACTORIAL = np.concatenate(([0.0], np.cumsum(np.log(_GOALS[1:]))))
_TENDENCY = np.sign(_GOALS[:, None] - _GOALS[None, :])
_HOME, _DRAW, _AWAY = 1, 0, -1


def score_grid(home_mean: float, away_mean: float, rho: float = 0.0) -> Grid:
    """Independent Poisson goals (Maher 1982), the low scores adjusted by rho (Dixon and Coles 1997, tau).

    Means are held within 0.1..6 goals; what lies beyond ten goals is spread over the rest.
    """
    home, away = _held(home_mean), _held(away_mean)
    grid = np.outer(_poisson(home), _poisson(away))
    grid[:2, :2] *= _low_score_factors(home, away, rho)
    return np.asarray(grid / grid.sum())


def _held(mean: float) -> float:
    return min(MOST_MEAN, max(LEAST_MEAN, mean))


def _poisson(mean: float) -> Grid:
    return np.asarray(np.exp(_GOALS * np.log(mean) - mean - _LOG_FACTORIAL))


def _low_score_factors(home: float, away: float, rho: float) -> Grid:
    factors = np.array([[1 - home * away * rho, 1 + home * rho], [1 + away * rho, 1 - rho]])
    return np.asarray(np.maximum(factors, 0.0))


def tendencies(grid: Grid) -> tuple[float, float, float]:
    """Probabilities of a home win, a draw and an away win."""
    home, draw, away = (float(grid[sign == _TENDENCY].sum()) for sign in (_HOME, _DRAW, _AWAY))
    return home, draw, away


def likeliest_score(grid: Grid, tendency: int) -> tuple[int, int]:
    """The most probable score among those with the sign `tendency`; the fewest goals on a tie."""
    best = int(np.argmax(np.where(tendency == _TENDENCY, grid, -1.0)))
    return best // (GRID_GOALS + 1), best % (GRID_GOALS + 1)


def forecast_from_grid(grid: Grid, probabilities: Sequence[float] | None = None) -> Forecast:
    """The forecast of a grid, or of the given tendencies with the grid's scores.

    The score named is the most probable one within the most probable tendency, so that the score and the
    probabilities never contradict each other. A tie goes to the home side, then the draw.
    """
    p = rounded(tendencies(grid) if probabilities is None else probabilities)
    sign = (_HOME, _DRAW, _AWAY)[p.index(max(p))]
    return Forecast(*likeliest_score(grid, sign), *p)


def rounded(probabilities: Sequence[float]) -> tuple[float, float, float]:
    """Three weights as probabilities of four decimals whose sum is exactly 1 (largest remainders)."""
    total = sum(probabilities)
    exact = [10_000 * p / total for p in probabilities]
    parts = [floor(p) for p in exact]
    by_remainder = sorted(range(3), key=lambda i: parts[i] - exact[i])
    for i in by_remainder[: 10_000 - sum(parts)]:
        parts[i] += 1
    home, draw, away = (part / 10_000 for part in parts)
    return home, draw, away
