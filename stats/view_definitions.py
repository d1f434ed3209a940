"""Migration operation that creates the leaderboard views with a column per metric (stats/metrics.py)."""

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
    """Migration operation that drops all leaderboard views and creates them with a column per metric.

    `metrics` are the names of all metrics, in the order of the columns. `replaced` are the names before this
    migration: the reverse operation creates the views with these columns, or only drops the views if
    `replaced` is empty. As each migration lists its names, adding a metric does not change older migrations.

    The SQL of a metric comes from stats/metrics.py. If it changes there, a new migration must create the
    views again with the same names. Names that are no longer in stats/metrics.py are left out.
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
