"""Migration operation that creates the leaderboard views, with columns from the table of metrics."""

from collections.abc import Sequence

from django.db.migrations.operations import RunSQL

from core.db import sql
from stats.metrics import BY_NAME

_DROP = """
DROP VIEW IF EXISTS stats_leaderboard;
DROP MATERIALIZED VIEW IF EXISTS stats_leaderboard_live, stats_leaderboard_team, stats_leaderboard_closed;
DROP VIEW IF EXISTS stats_board;
"""


class LeaderboardViews(RunSQL):
    """Create all leaderboard views with these metrics, in place of views with the metrics in `replaced`.

    Each migration lists the names of all metrics that the views contain after it, in the order of the
    columns. So an older migration does not change when a metric is added. The SQL of a metric comes from the
    table of metrics; if that SQL changes, a new migration must recreate the views with the same names.
    Metrics that were removed from the table are left out.
    """

    def __init__(self, metrics: Sequence[str], *, replaced: Sequence[str] = ()) -> None:
        self.metrics, self.replaced = metrics, replaced
        super().__init__(
            sql=[_DROP, _create(metrics)], reverse_sql=[_DROP, *([_create(replaced)] if replaced else [])]
        )

    def deconstruct(self) -> tuple[str, list[Sequence[str]], dict[str, Sequence[str]]]:
        return (self.__class__.__name__, [self.metrics], {"replaced": self.replaced})

    def describe(self) -> str:
        return "Create the leaderboard views"


def _create(names: Sequence[str]) -> str:
    metrics = [BY_NAME[name] for name in names if name in BY_NAME]
    return sql.read("stats/sql/leaderboards.sql").format(
        metrics=", ".join(f"{metric.sql} AS {metric.name}" for metric in metrics),
        names=", ".join(metric.name for metric in metrics),
    )
