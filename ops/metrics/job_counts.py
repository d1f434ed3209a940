"""Metrics of the job ledger, and of the workers and schedulers known from Redis.

The counts are gauges of the current state or the last hour, not counters: the reconciler deletes finished
jobs after 30 days, and Prometheus would interpret the lower total as a counter reset.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from django.db.models import Count
from prometheus_client.metrics_core import Metric

from core.pipeline import health, registry
from core.pipeline.models import JobRun
from ops.metrics.helpers import QUANTILES, WINDOW, gauge, number

State = JobRun.State

_RECENT = """
SELECT kind, state, count(*),
       percentile_cont(%s::float8[]) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - started_at))
FROM pipeline_jobrun WHERE finished_at >= %s GROUP BY kind, state
"""


def families(now: datetime) -> Iterator[Metric]:
    """Yield metrics of waiting, running, recently ended and failed jobs, and of the reconciler."""
    yield from _queues(now)
    yield from _recent(now)
    failed = JobRun.objects.filter(state=State.FAILED).order_by().values_list("kind")
    counts = dict.fromkeys(registry.names(), 0) | dict(failed.annotate(count=Count("pk")))
    yield gauge("jobs_failed", "Jobs that failed finally and have not been retried.", ["kind"], counts)
    silent = health.reconciler_silent_for(now=now)
    yield number("reconciler_silent_seconds", "Seconds since the reconciler's last pass.", silent)


def workers(now: datetime) -> Iterator[Metric]:
    """Yield the numbers of workers and schedulers. Raises RedisError while Redis is down."""
    found = health.workers_by_queue(now=now)
    alive = {(queue, "alive"): each.alive for queue, each in found.items()}
    dead = {(queue, "dead"): each.dead for queue, each in found.items()}
    text = "Workers with a recent heartbeat, and dead ones: silent, but not deregistered."
    yield gauge("workers", text, ["queue", "state"], alive | dead)
    yield number("schedulers", "rq-scheduler processes that are alive.", health.schedulers())


def _queues(now: datetime) -> Iterator[Metric]:
    loads = health.queue_loads(now=now)
    waiting = {(load.name, State.QUEUED.value): load.waiting for load in loads}
    running = {(load.name, State.RUNNING.value): load.running for load in loads}
    yield gauge("jobs", "Jobs in the ledger that wait or run.", ["queue", "state"], waiting | running)
    late = {load.name: load.overdue_by(now) for load in loads}
    text = "Seconds by which the oldest waiting job is late; 0 if none is."
    yield gauge("queue_oldest_due_seconds", text, ["queue"], late)
    in_redis = {load.name: load.in_redis for load in loads}
    text = "Jobs in the Redis list; no sample while Redis is down."
    yield gauge("queue_redis_jobs", text, ["queue"], in_redis)


def _recent(now: datetime) -> Iterator[Metric]:
    with connection.cursor() as cursor:
        cursor.execute(_RECENT, [list(QUANTILES), now - WINDOW])
        rows = cursor.fetchall()
    states = (State.DONE.value, State.SKIPPED.value, State.FAILED.value)
    ended = {(kind, state): 0 for kind in registry.names() for state in states}
    ended |= {(kind, state): count for kind, state, count, _ in rows}
    yield gauge("recent_jobs", "Jobs that ended in the last hour.", ["kind", "state"], ended)
    seconds = {
        (kind, str(quantile)): value
        for kind, state, _, values in rows
        if state == State.DONE and values
        for quantile, value in zip(QUANTILES, values, strict=True)
    }
    text = "Seconds that the last attempt took of jobs that were done in the last hour."
    yield gauge("recent_job_seconds", text, ["kind", "quantile"], seconds)
