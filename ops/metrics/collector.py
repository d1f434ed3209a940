"""Prometheus collector. Metrics of an unreachable server are omitted, and `dependency_up` is 0 for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection, transaction
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from ops.health import dependencies
from ops.metrics import feed_polls, freshness, job_counts, model_questions, workers
from ops.metrics.helpers import gauge

STATEMENT = 5  # statement timeout in seconds; Prometheus gives up after ten


@dataclass(frozen=True, slots=True)
class PipelineCollector(Collector):
    """All metric families, read from PostgreSQL and Redis when `collect` is called."""

    now: datetime

    def collect(self) -> Iterator[Metric]:
        found = dependencies.check_dependencies()
        served = _call_or_none(self._from_redis) if found.redis == "ok" else None
        counted = _call_or_none(self._from_database) if found.ready else None
        up = {"database": counted is not None, "redis": served is not None}
        text = "1 where it answers. What it would have told is missing below while it does not."
        yield gauge("dependency_up", text, ["dependency"], up)
        yield from served or []
        yield from counted or []

    def _from_redis(self) -> list[Metric]:
        return list(workers.families(self.now))

    def _from_database(self) -> list[Metric]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT}s'")
            families = (
                job_counts.families,
                freshness.families,
                feed_polls.families,
                model_questions.families,
            )
            return [metric for read in families for metric in read(self.now)]


def _call_or_none(read: Callable[[], list[Metric]]) -> list[Metric] | None:
    try:
        return read()
    except (DatabaseError, RedisError):
        return None
