"""Points of the same predictions under other rules, and correlation of the resulting rankings."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stats.inference.units import Index, Vector


@dataclass(frozen=True, slots=True)
class PointRule:
    """Points for an exact score, a correct goal difference and a correct result; the highest one counts.

    As in scoring/rules.py, a correctly predicted draw has the correct goal difference.
    """

    name: str
    exact: int
    goal_difference: int
    result: int


RULES = (PointRule("4-3-2", 4, 3, 2), PointRule("5-2-1-0", 5, 2, 1), PointRule("3-1-0", 3, 1, 1))


def points_under(rule: PointRule, results: ArrayLike, goal_differences: ArrayLike, exact: ArrayLike) -> Index:
    """Return the points of forecasters from their numbers of correct results, goal differences and scores.

    Each number includes the next, as in the tallies: an exact score is also a correct goal difference and
    result.
    """
    hits, close, right = (np.asarray(each, dtype=np.intp) for each in (results, goal_differences, exact))
    points = rule.exact * right + rule.goal_difference * (close - right) + rule.result * (hits - close)
    return np.asarray(points, dtype=np.intp)


def kendall(first: ArrayLike, second: ArrayLike) -> float:
    """Return Kendall's tau-b of two scores of the same forecasters; NaN if all are equal in one of them.

    Source: Kendall, "The treatment of ties in ranking problems", Biometrika 33, 1945.
    """
    one, two = _signs(first), _signs(second)
    return _ratio((one * two).sum(), np.sqrt((one * one).sum() * (two * two).sum()))


def spearman(first: ArrayLike, second: ArrayLike) -> float:
    """Return Spearman's rho with mean ranks for ties; NaN if all are equal in one of the two.

    Source: Spearman, American Journal of Psychology 15, 1904.
    """
    one, two = _signs(first).sum(axis=1), _signs(second).sum(axis=1)  # twice the mean rank, centred
    return _ratio((one * two).sum(), np.sqrt((one * one).sum() * (two * two).sum()))


def _signs(scores: ArrayLike) -> Vector:
    values = np.asarray(scores, dtype=np.float64)
    return np.asarray(np.sign(values[:, None] - values[None, :]))


def _ratio(shared: float, largest: float) -> float:
    return float(shared / largest) if largest else float("nan")
