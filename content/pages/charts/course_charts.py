"""Charts of the course of a season: cumulative points and ranks of some forecasters after match days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from content.pages.charts.plane import HEIGHT, WIDTH, Plane, Tick, plane
from matches.models import Season
from stats.models import BoardHistory

LINES = 8  # more are hard to tell apart
LABELS = 130  # width beside the chart, for the names at the ends of the lines
SPACING = 12  # least distance of two names


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One forecaster: coordinates of its lines, vertical places of its names, and the values of the table.

    The line of ranks has several parts if the row was provisional in between.
    """

    name: str
    slug: str
    points: list[int]
    ranks: list[int | None]
    points_path: str
    rank_paths: list[str]
    points_label: float
    rank_label: float


@dataclass(frozen=True, slots=True)
class CourseCharts:
    """Both charts and the days of their table."""

    days: list[date]
    points: Plane
    ranks: Plane
    lines: list[CourseLine]

    @property
    def width(self) -> int:
        return WIDTH + LABELS


def course_charts(season: Season | int, *, always: int | None = None) -> CourseCharts | None:
    """Return the charts of the best LINES forecasters of a season; None before its second match day.

    The forecaster with the id `always` is included even if it is not one of the best. One query.
    """
    rows = BoardHistory.objects.filter(season=season).select_related("forecaster")
    found = sorted((row for row in rows if any(row.ranks)), key=_final_rank)
    chosen = found[:LINES]
    if always is not None and all(row.forecaster_id != always for row in chosen):
        own = [row for row in found if row.forecaster_id == always]
        chosen = chosen[: LINES - len(own)] + own
    return _charts(chosen) if chosen and len(chosen[0].days) > 1 else None


def _final_rank(row: BoardHistory) -> tuple[bool, int, str]:
    return row.ranks[-1] is None, row.ranks[-1] or 0, row.forecaster.name


def _charts(rows: Sequence[BoardHistory]) -> CourseCharts:
    days = rows[0].days
    across = (0.0, float(len(days) - 1))
    points = plane(across, (0, max(max(row.points) for row in rows)), y_places=0)
    lowest = max(rank for row in rows for rank in row.ranks if rank)
    ranks = Plane(across, (-max(lowest, 2), -1), WIDTH, HEIGHT)
    step = max(1, -(-lowest // 8))
    ranks.y_ticks.extend(Tick(ranks.up(-rank), str(rank)) for rank in range(1, lowest + 1, step))
    for area in (points, ranks):
        area.x_ticks[:] = [Tick(area.across(at), f"{days[at]:%-d %b}") for at in _ticks(len(days))]
    return CourseCharts(days, points, ranks, _lines(rows, points, ranks))


def _ticks(days: int) -> list[int]:
    return sorted({0, days // 2, days - 1})


def _lines(rows: Sequence[BoardHistory], points: Plane, ranks: Plane) -> list[CourseLine]:
    ends = _apart([points.up(row.points[-1]) for row in rows])
    rank_ends = _apart([ranks.up(-(row.ranks[-1] or -ranks.y[0])) for row in rows])
    return [
        CourseLine(
            name=row.forecaster.name,
            slug=row.forecaster.slug,
            points=row.points,
            ranks=row.ranks,
            points_path=points.path(enumerate(row.points)),
            rank_paths=[ranks.path(part) for part in _parts(row.ranks)],
            points_label=ends[number],
            rank_label=rank_ends[number],
        )
        for number, row in enumerate(rows)
    ]


def _parts(ranks: Sequence[int | None]) -> list[list[tuple[int, int]]]:
    """Return each run of days with a rank as points. Ranks are negative, so that 1 is at the top."""
    parts: list[list[tuple[int, int]]] = [[]]
    for at, rank in enumerate(ranks):
        if rank is not None:
            parts[-1].append((at, -rank))
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if part]


def _apart(places: Sequence[float]) -> list[float]:
    """Move labels down until they are SPACING apart; if the last one is then below the chart, move all up."""
    order = sorted(range(len(places)), key=lambda at: places[at])
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + SPACING)
    over = max(moved[order[-1]] - (HEIGHT - 8), 0) if order else 0
    return [round(place - over, 1) for place in moved]
