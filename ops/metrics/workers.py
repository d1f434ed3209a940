"""Metrics read from Redis: live workers and schedulers."""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client.metrics_core import Metric

from core.pipeline import health
from ops.metrics.helpers import gauge, number


def families(now: datetime) -> Iterator[Metric]:
    """Yield the numbers of workers and schedulers. Raises RedisError while Redis is down."""
    crews = health.workers_by_queue(now=now)
    alive = {(queue, "alive"): crew.alive for queue, crew in crews.items()}
    dead = {(queue, "dead"): crew.dead for queue, crew in crews.items()}
    yield gauge(
        "workers",
        "Workers with a recent heartbeat, and those that fell silent without a goodbye.",
        ["queue", "state"],
        alive | dead,
    )
    yield number("schedulers", "rq-scheduler processes that are alive.", health.schedulers())
