"""Predicted scores of a forecaster against the results: goal differences and points."""

from collections import Counter
from dataclasses import dataclass

from core.db import sql

MOST_PREDICTIONS = 2_000  # the newest ones
DIFFERENCES = range(-3, 4)  # the first and the last include larger ones
MOST_POINTS = 10
SHADES = 4
_STATEMENT = sql.read("content/sql/picks_against_results.sql")


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Number of predictions, and its shade from 0 (none) to SHADES (most).

    `agrees` is True if predicted and actual goal difference are the same.
    """

    count: int
    shade: int
    agrees: bool


@dataclass(frozen=True, slots=True)
class PickResults:
    """Results of the newest predicted scores of a forecaster.

    `rows` has a row for each predicted goal difference with a cell for each actual one, both from away wins
    to home wins. `points` has the number of predictions for each number of points from 0 to MOST_POINTS.
    """

    predictions: int
    rows: list[tuple[int, list[HeatCell]]]
    points: list[int]

    @property
    def most(self) -> int:
        return max(self.points)


def pick_results(forecaster_id: int) -> PickResults | None:
    """Return the results of a forecaster's predicted scores; None if it has none. One query."""
    found = sql.fetch_all(_STATEMENT, {"forecaster": forecaster_id, "limit": MOST_PREDICTIONS})
    if not found:
        return None
    cells, points = Counter[tuple[int, int]](), Counter[int]()
    for predicted, actual, earned, count in found:
        cells[predicted, actual] += count
        points[earned] += count
    most = max(cells.values())
    rows = [
        (predicted, [_cell(cells[predicted, actual], most, predicted == actual) for actual in DIFFERENCES])
        for predicted in DIFFERENCES
    ]
    return PickResults(points.total(), rows, [points[each] for each in range(MOST_POINTS + 1)])


def _cell(count: int, most: int, agrees: bool) -> HeatCell:
    return HeatCell(count, -(-count * SHADES // most), agrees)
