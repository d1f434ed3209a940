"""Chart of the back-test of season forecasts, and shades of the table of final places."""

from dataclasses import dataclass
from typing import NamedTuple

from content.pages.charts import plane as charts
from stats.models import PlacesBacktest
from stats.season_forecasts.forecast_reads import StageBacktest

DARKEST = 4


class BacktestLine(NamedTuple):
    """Line of a chart: its style, label and points, and the position of the label."""

    style: str
    label: str
    points: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class BacktestChart:
    """Scores by matchday, lower is better. `better` is the number of matchdays won by the forecast."""

    backtest: StageBacktest
    plane: charts.Plane
    lines: list[BacktestLine]
    better: int

    @property
    def rows(self) -> list[PlacesBacktest]:
        return self.backtest.rows


_LINES = (
    ("line", "forecast", "rps"),
    ("second", "table at that time", "rps_of_table"),
    ("zero", "equal chances", "rps_of_equal"),
)


def backtest_chart(backtest: StageBacktest) -> BacktestChart:
    """Return the chart of a stage's back-test."""
    rows = backtest.rows
    highest = max(getattr(row, name) for row in rows for _, _, name in _LINES)
    plane = charts.plane((rows[0].matchday, rows[-1].matchday), (0.0, 1.1 * highest), y_places=2)
    lines = []
    for style, label, name in _LINES:
        points = [(row.matchday, getattr(row, name)) for row in rows]
        lines.append(BacktestLine(style, label, plane.path(points), plane.left, plane.up(points[0][1])))
    better = sum(row.rps < row.rps_of_table for row in rows)
    return BacktestChart(backtest, plane, lines, better)


def place_shade(count: int, runs: int) -> int:
    """Return the shade of a cell: 0 for never, 1 to 4 for each quarter of the runs."""
    return -(-DARKEST * count // runs)
