"""Health of the pipeline, read from the ledger, Redis and the workers. Heartbeats are the only rows written.

Reading the ledger requires only PostgreSQL. Values that are read from Redis are None if Redis is down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

import django_rq
from django.conf import settings
from django.db.models import Case, Count, F, Min, Q, When
from django.db.models.functions import Greatest
from django.urls import NoReverseMatch, reverse
from redis.exceptions import RedisError
from rq.job import Job
from rq.worker import Worker

from core.pipeline import rq_backend
from core.pipeline.models import Heartbeat, JobRun

OVERDUE = timedelta(seconds=60)  # a job that waits this long past its due time apparently has no worker
# Model questions of one kickoff wait for slow models; they have half an hour.
MAX_DELAY_BY_QUEUE = {"forecasts": timedelta(minutes=15)}
RECONCILER_SILENT = timedelta(seconds=90)  # a pass every 15 s: six have been missed
# A worker sends a heartbeat every 15 s while idle, every 30 s while a job runs (core.pipeline.workers).
WORKER_SILENT = timedelta(seconds=75)
SCHEDULER_KEYS = "rq:scheduler_instance:*"  # written by rq-scheduler while it runs

State = JobRun.State


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """State of one queue in the ledger, and the length of its Redis list (None if Redis is down)."""

    name: str
    waiting: int
    running: int
    failed_today: int
    oldest_due_at: datetime | None  # without archive work that was not pushed to Redis yet
    in_redis: int | None

    def overdue_by(self, now: datetime) -> float:
        """Return how late the oldest waiting job is, in seconds; 0 if no job is late."""
        return max(0.0, (now - self.oldest_due_at).total_seconds()) if self.oldest_due_at else 0.0

    def is_overdue(self, now: datetime) -> bool:
        """Return True if the oldest waiting job is later than the queue allows."""
        return self.overdue_by(now) > max_delay(self.name).total_seconds()


def max_delay(queue: str) -> timedelta:
    """Return how late a job of this queue may start before the queue counts as overdue."""
    return MAX_DELAY_BY_QUEUE.get(queue, OVERDUE)


# Archive work that was not pushed to Redis yet is not late: it waits in the ledger (rq_backend.py).
_fetchable_at = Case(
    When(priority__gte=JobRun.Priority.TODAY, then=F("due_at")),
    When(pushed_at__isnull=False, then=Greatest("due_at", "pushed_at")),
)


def queue_loads(*, now: datetime) -> list[QueueLoad]:
    """Return the load of each queue, in the order of the settings."""
    in_redis = redis_depths()
    waiting = Q(state=State.QUEUED)
    failed_today = Q(state=State.FAILED, finished_at__gte=now - timedelta(days=1))
    counts: Any = (
        JobRun.objects.filter(Q(state__in=JobRun.OPEN) | failed_today)
        .values("queue")
        .annotate(
            waiting=Count("pk", filter=waiting),
            running=Count("pk", filter=Q(state=State.RUNNING)),
            failed_today=Count("pk", filter=failed_today),
            oldest_due_at=Min(_fetchable_at, filter=waiting),
        )
    )
    by_queue = {row.pop("queue"): row for row in counts}
    idle = {"waiting": 0, "running": 0, "failed_today": 0, "oldest_due_at": None}
    return [
        QueueLoad(name=name, in_redis=in_redis[name] if in_redis else None, **by_queue.get(name, idle))
        for name in settings.RQ_QUEUES
    ]


def redis_depths() -> dict[str, int] | None:
    """Return the length of the Redis list of each queue, or None if Redis is down."""
    try:
        return rq_backend.queue_depths()
    except RedisError:
        return None


@dataclass(frozen=True, slots=True)
class QueueWorkers:
    """Numbers of living and dead workers of one queue.

    A worker is dead if it has sent no heartbeat for WORKER_SILENT and has not unregistered. `beat_at` is the
    latest heartbeat of the living workers, `silent_since` that of the dead ones. Redis removes a dead worker
    after some minutes.
    """

    alive: int
    dead: int
    beat_at: datetime | None
    silent_since: datetime | None

    @classmethod
    def of(cls, heartbeats: Sequence[datetime], *, now: datetime) -> Self:
        # A heartbeat far in the future was written by a clock that was ahead, so it is not current.
        alive = [beat for beat in heartbeats if abs(now - beat) < WORKER_SILENT]
        dead = [beat for beat in heartbeats if beat not in alive]
        return cls(len(alive), len(dead), max(alive, default=None), max(dead, default=None))


def workers_by_queue(*, now: datetime) -> dict[str, QueueWorkers]:
    """Return the workers of each queue. Raises RedisError if Redis is down."""
    seen = Worker.all(connection=django_rq.get_connection("scoring"))
    beats = [(worker.queue_names(), worker.last_heartbeat) for worker in seen if worker.last_heartbeat]
    return {
        queue: QueueWorkers.of([beat for queues, beat in beats if queue in queues], now=now)
        for queue in settings.RQ_QUEUES
    }


def schedulers() -> int:
    """Return the number of rq-scheduler processes that are alive. Raises RedisError if Redis is down."""
    connection = django_rq.get_connection("scoring")
    keys = connection.scan_iter(match=SCHEDULER_KEYS, count=1000)
    return sum(not connection.hexists(key, "death") for key in keys)  # the key of a stopped one stays 1 min


def record_heartbeats(*, now: datetime) -> None:
    """Store `now` as the last heartbeat of Redis and of all pipeline processes that are alive.

    These processes are the scheduler, and the workers of each queue (one heartbeat per queue). Raises
    RedisError if Redis is down.
    """
    alive = [f"worker {queue}" for queue, counts in workers_by_queue(now=now).items() if counts.alive]
    alive += ["scheduler"] if schedulers() else []
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, beat_at=now) for name in ["redis", *alive]],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["beat_at"],
    )


def last_seen() -> dict[str, datetime]:
    """Return the time of the last heartbeat of each process and of Redis, by name."""
    return dict(Heartbeat.objects.values_list("name", "beat_at"))


def reconciler_silent_for(*, now: datetime) -> float | None:
    """Return the seconds since the reconciler's last pass, or None if there was none."""
    beat = Heartbeat.objects.filter(name="reconciler").first()
    return (now - beat.beat_at).total_seconds() if beat else None


def rq_job_url(run: JobRun) -> str | None:
    """Return the URL of django-rq's page about the last RQ job of the run.

    Returns None if there is no such page, e.g. because Redis is down or has deleted the RQ job.
    """
    if not run.rq_job_id or run.queue not in settings.RQ_QUEUES:
        return None
    try:
        if not Job.exists(run.rq_job_id, connection=django_rq.get_connection(run.queue)):
            return None
    except RedisError:
        return None
    try:
        return reverse(
            "admin:django_rq_job_detail", args=[sorted(settings.RQ_QUEUES).index(run.queue), run.rq_job_id]
        )
    except NoReverseMatch:
        return None
