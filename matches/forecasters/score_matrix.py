"""Score matrix: converts expected goals to outcome probabilities and the most probable score.

A grid is an array of shape (11, 11); entry [h, a] is the probability of the score h-a. The entries sum to 1.
"""

from collections.abc import Sequence
from math import floor

import numpy as np
from numpy.typing import NDArray

from matches.forecasters.base import Forecast

Grid = NDArray[np.float64]

GRID_GOALS = 10
MIN_MEAN, MAX_MEAN = 0.1, 6.0
_GOALS = np.arange(GRID_GOALS + 1)
_LOG_FACTORIAL = np.concatenate(([0.0], np.cumsum(np.log(_GOALS[1:]))))
_TENDENCY = np.sign(_GOALS[:, None] - _GOALS[None, :])
_HOME, _DRAW, _AWAY = 1, 0, -1


def score_grid(home_mean: float, away_mean: float, rho: float = 0.0) -> Grid:
    """Return the grid of independent Poisson goals (Maher 1982).

    rho adjusts the low scores (Dixon and Coles 1997, tau).
    Means are limited to 0.1..6 goals. The probability of more than ten goals is distributed over the grid.
    """
    home, away = _clamped(home_mean), _clamped(away_mean)
    grid = np.outer(_poisson(home), _poisson(away))
    grid[:2, :2] *= _low_score_factors(home, away, rho)
    return np.asarray(grid / grid.sum())


def _clamped(mean: float) -> float:
    return min(MAX_MEAN, max(MIN_MEAN, mean))


def _poisson(mean: float) -> Grid:
    return np.asarray(np.exp(_GOALS * np.log(mean) - mean - _LOG_FACTORIAL))


def _low_score_factors(home: float, away: float, rho: float) -> Grid:
    factors = np.array([[1 - home * away * rho, 1 + home * rho], [1 + away * rho, 1 - rho]])
    return np.asarray(np.maximum(factors, 0.0))


def tendencies(grid: Grid) -> tuple[float, float, float]:
    """Return the probabilities of a home win, a draw and an away win."""
    home, draw, away = (float(grid[sign == _TENDENCY].sum()) for sign in (_HOME, _DRAW, _AWAY))
    return home, draw, away


def with_tendencies(grid: Grid, probabilities: Sequence[float]) -> Grid:
    """Return the grid with other probabilities of home win, draw and away win.

    The scores of each outcome keep their proportions. The probabilities are divided by their sum.
    """
    factors, total = np.zeros_like(grid), sum(probabilities)
    for sign, probability, own in zip((_HOME, _DRAW, _AWAY), probabilities, tendencies(grid), strict=True):
        factors[sign == _TENDENCY] = probability / total / own
    return np.asarray(grid * factors)


def likeliest_score(grid: Grid, tendency: int) -> tuple[int, int]:
    """Return the most probable score with this outcome: 1 home win, 0 draw, -1 away win.

    If several scores are equally probable, returns the one with the fewest home goals.
    """
    best = int(np.argmax(np.where(tendency == _TENDENCY, grid, -1.0)))
    return best // (GRID_GOALS + 1), best % (GRID_GOALS + 1)


def forecast_from_grid(grid: Grid, probabilities: Sequence[float] | None = None) -> Forecast:
    """Return a forecast from a grid, with the given outcome probabilities or those of the grid.

    The score is the most probable one within the most probable outcome, so that score and probabilities never
    contradict each other. If outcomes are equally probable, the home win is preferred, then the draw.
    """
    p = rounded(tendencies(grid) if probabilities is None else probabilities)
    sign = (_HOME, _DRAW, _AWAY)[p.index(max(p))]
    return Forecast(*likeliest_score(grid, sign), *p)


def rounded(probabilities: Sequence[float]) -> tuple[float, float, float]:
    """Normalise three weights to probabilities with four decimals that sum to 1 (largest remainder)."""
    total = sum(probabilities)
    exact = [10_000 * p / total for p in probabilities]
    parts = [floor(p) for p in exact]
    by_remainder = sorted(range(3), key=lambda i: parts[i] - exact[i])
    for i in by_remainder[: 10_000 - sum(parts)]:
        parts[i] += 1
    home, draw, away = (part / 10_000 for part in parts)
    return home, draw, away
