"""Charts of the delays from results to leaderboards and roundups, by day."""

from dataclasses import dataclass

from content.models import DailyLatency
from content.pages.charts.plane import Plane, Tick, plane

DAYS = 60  # the newest ones with results


@dataclass(frozen=True, slots=True)
class DelayChart:
    """Lines of one target, and the rows of its table, oldest day first."""

    target: str
    plane: Plane
    median: str
    p95: str
    rows: list[DailyLatency]


def delay_charts() -> list[DelayChart]:
    """Return a chart for each target with results on two days or more."""
    charts = [_chart(target) for target in DailyLatency.Target.values]
    return [chart for chart in charts if chart]


def _chart(target: str) -> DelayChart | None:
    newest = DailyLatency.objects.filter(target=target, results__gt=0).order_by("-day")[:DAYS]
    rows = list(newest)[::-1]
    if len(rows) < 2:
        return None
    area = plane((0, len(rows) - 1), (0, max(row.p95 or 0 for row in rows)), y_places=0)
    ends = (0, len(rows) - 1)
    area.x_ticks[:] = [Tick(area.across(at), f"{rows[at].day:%-d %b}") for at in ends]
    return DelayChart(
        target,
        area,
        median=area.path((at, row.median or 0) for at, row in enumerate(rows)),
        p95=area.path((at, row.p95 or 0) for at, row in enumerate(rows)),
        rows=rows,
    )
