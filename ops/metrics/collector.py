"""Everything at one moment. What cannot be reached is left out, and said to be down."""

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

STATEMENT = 5  # seconds; Prometheus itself gives up after ten


@dataclass(frozen=True, slots=True)
class PipelineCollector(Collector):
    """All families, read from the database and Redis when `collect` is called."""

    now: datetime

    def collect(self) -> Iterator[Metric]:
        found = dependencies.check_dependencies()
        served = _asked(self._doorbell) if found.redis == "ok" else None
        counted = _asked(self._database) if found.ready else None
        up = {"database": counted is not None, "redis": served is not None}
        text = "1 where it answers. What it would have told is missing below while it does not."
        yield gauge("dependency_up", text, ["dependency"], up)
        yield from served or []
        yield from counted or []

    def _doorbell(self) -> list[Metric]:
        return list(workers.families(self.now))

    def _database(self) -> list[Metric]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT}s'")
            families = (
                job_counts.families,
                freshness.families,
                feed_polls.families,
                model_questions.families,
            )
            return [metric for read in families for metric in read(self.now)]


def _asked(question: Callable[[], list[Metric]]) -> list[Metric] | None:
    try:
        return question()
    except (DatabaseError, RedisError):
        return None
