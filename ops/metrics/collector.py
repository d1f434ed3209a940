"""Prometheus collector. Metrics of an unreachable server are omitted, and `dependency_up` is 0 for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection, transaction
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from ops.health import dependencies
from ops.metrics import freshness, job_counts, sources
from ops.metrics.helpers import gauge

STATEMENT_TIMEOUT = 5  # seconds; Prometheus gives up after ten


@dataclass(frozen=True, slots=True)
class PipelineCollector(Collector):
    """All metric families, read from PostgreSQL and Redis when `collect` is called."""

    now: datetime

    def collect(self) -> Iterator[Metric]:
        found = dependencies.check_dependencies()
        from_redis = _call_or_none(self._from_redis) if found.redis == "ok" else None
        from_database = _call_or_none(self._from_database) if found.ready else None
        up = {"database": from_database is not None, "redis": from_redis is not None}
        text = "1 if the server responds. Otherwise the metrics that are read from it are missing."
        yield gauge("dependency_up", text, ["dependency"], up)
        yield from from_redis or []
        yield from from_database or []

    def _from_redis(self) -> list[Metric]:
        return list(job_counts.workers(self.now))

    def _from_database(self) -> list[Metric]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}s'")
            families = (job_counts.families, freshness.families, sources.families)
            return [metric for read in families for metric in read(self.now)]


def _call_or_none(read: Callable[[], list[Metric]]) -> list[Metric] | None:
    try:
        return read()
    except (DatabaseError, RedisError):
        return None
