"""Charts of calibration: reliability diagrams with sharpness, and the plane of MCB and DSC."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from content.pages.charts import plane as charts
from matches.models import Forecaster
from stats.models import CalibrationReport

SIZE = 260
TABLE_ROWS = 10
MOST_NUMBERED = 40  # with more points their numbers would cover each other
BAR_SHARE = 0.2  # height of the highest sharpness bar, as a share of the diagram
HEADINGS = {"home": "Home win", "draw": "Draw", "away": "Away win"}


class CurvePoint(NamedTuple):
    """Row of the table of a reliability diagram."""

    probability: float
    recalibrated: float
    low: float
    high: float


class Bar(NamedTuple):
    """Bar of sharpness: left, top, width and height in the chart."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class ReliabilityDiagram:
    """Reliability curve of one outcome with its band, the diagonal and bars of sharpness."""

    outcome: str
    heading: str
    plane: charts.Plane
    band: str
    line: str
    diagonal: str
    bars: list[Bar]
    rows: list[CurvePoint]


@dataclass(frozen=True, slots=True)
class CalibrationCharts:
    """Report of a forecaster with its diagrams. `ranges` has the rows of the table of sharpness."""

    report: CalibrationReport
    forecaster: Forecaster
    diagrams: list[ReliabilityDiagram]
    ranges: list[tuple[int, int, list[int]]]


class PlanePoint(NamedTuple):
    """Point of a forecaster in the plane of MCB and DSC; `number` is its row in the table."""

    x: float
    y: float
    number: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class PartsPlane:
    """Plane of all forecasters of a leaderboard: MCB across, DSC up."""

    plane: charts.Plane
    points: list[PlanePoint]
    is_numbered: bool


def calibration_charts(report: CalibrationReport) -> CalibrationCharts:
    """Return the diagrams of a report, and its numbers as rows of tables."""
    diagrams = [
        _diagram(outcome, report.curves[outcome], report.sharpness[outcome])
        for outcome in HEADINGS
        if outcome in report.curves
    ]
    counts = list(zip(*(report.sharpness[outcome] for outcome in HEADINGS), strict=True))
    step = 100 // len(counts)
    ranges = [(place * step, (place + 1) * step, list(each)) for place, each in enumerate(counts)]
    return CalibrationCharts(report, report.forecaster, diagrams, ranges)


def parts_plane(reports: Sequence[CalibrationReport]) -> PartsPlane | None:
    """Return the plane of these reports; None without reports."""
    if not reports:
        return None
    mcb, dsc = ([each.parts["rps"][part] for each in reports] for part in ("mcb", "dsc"))
    plane = charts.plane(_padded(mcb), _padded(dsc), x_places=3, y_places=3)
    points = [
        PlanePoint(plane.across(x), plane.up(y), number, each.forecaster.slug, each.forecaster.name)
        for number, (each, x, y) in enumerate(zip(reports, mcb, dsc, strict=True), start=1)
    ]
    return PartsPlane(plane, points, is_numbered=len(points) <= MOST_NUMBERED)


def _padded(values: Sequence[float]) -> tuple[float, float]:
    """Return a range around the values that includes 0 only if they are near it."""
    low, high = min(values), max(values)
    margin = max((high - low) / 8, 0.001)
    return max(low - margin, 0.0), high + margin


def _diagram(outcome: str, curve: dict[str, list[float]], counts: Sequence[int]) -> ReliabilityDiagram:
    plane = charts.plane((0, 1), (0, 1), width=SIZE, height=SIZE, x_places=1, y_places=1)
    rows = [CurvePoint(*each) for each in zip(*(curve[name] for name in _COLUMNS), strict=True)]
    step = -(-len(rows) // TABLE_ROWS)
    band = [(row.probability, row.high) for row in rows] + [(row.probability, row.low) for row in rows[::-1]]
    return ReliabilityDiagram(
        outcome,
        HEADINGS[outcome],
        plane,
        band=plane.path(band),
        line=plane.path((row.probability, row.recalibrated) for row in rows),
        diagonal=plane.path([(0, 0), (1, 1)]),
        bars=_bars(plane, counts),
        rows=rows[::-1][::step][::-1],
    )


_COLUMNS = ("probability", "recalibrated", "low", "high")


def _bars(plane: charts.Plane, counts: Sequence[int]) -> list[Bar]:
    most, step = max(*counts, 1), 1 / len(counts)
    found = []
    for place, count in enumerate(counts):
        if count:
            top = plane.up(count / most * BAR_SHARE)
            left, right = plane.across(place * step), plane.across((place + 1) * step)
            found.append(Bar(left, top, round(right - left - 1, 1), round(plane.bottom - top, 1)))
    return found
