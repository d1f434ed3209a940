"""The only file that knows RQ and rq-scheduler: rings the bell for rows of the ledger.

Nothing here decides anything. A push that is lost, doubled or late costs time, never a job: the
claim in the ledger makes a double delivery harmless, the reconciler pushes again what nobody fetched.
"""

import uuid
from datetime import datetime, timedelta

import django_rq
import structlog
from django.conf import settings
from django.utils import timezone
from redis.exceptions import RedisError
from rq.registry import clean_registries

from config.pipeline.models import JobRun

log = structlog.get_logger("pipeline")

RUN = "config.pipeline.runner.run_job"
FAILURE_TTL = int(timedelta(days=7).total_seconds())


def push(run_ids: list[int]) -> int:
    """Tell RQ about these waiting runs; return how many it took. A Redis that is down is only logged."""
    pushed = 0
    waiting = JobRun.objects.filter(pk__in=run_ids, state=JobRun.State.QUEUED)
    for run in waiting.order_by("-priority", "due_at", "pk"):
        try:
            job_id = _push_one(run, now=timezone.now())
        except RedisError as error:
            log.warning(
                "redis is down, the reconciler will push", waiting=len(run_ids) - pushed, error=str(error)
            )
            break
        waiting.filter(pk=run.pk).update(pushed_at=timezone.now(), rq_job_id=job_id)
        pushed += 1
    return pushed


def _push_one(run: JobRun, *, now: datetime) -> str:
    job_id = f"{run.kind}-{run.pk}-{run.attempt + 1}-{uuid.uuid4().hex[:8]}"
    if run.due_at > now:
        _schedule(run, job_id)
    else:
        _ring(run, job_id)
    return job_id


def _ring(run: JobRun, job_id: str) -> None:
    queue = django_rq.get_queue(run.queue, commit_mode="auto")
    at_front = run.priority >= JobRun.Priority.TODAY
    queue.enqueue(
        RUN, run.pk, job_id=job_id, description=str(run), at_front=at_front, failure_ttl=FAILURE_TTL
    )


def _schedule(run: JobRun, job_id: str) -> None:
    scheduler = django_rq.get_scheduler(run.queue)
    scheduler.enqueue_at(run.due_at, RUN, run.pk, job_id=job_id, job_description=str(run))


def queue_depths() -> dict[str, int]:
    """How many jobs stand in each Redis list. Raises RedisError while Redis is down."""
    return {name: django_rq.get_queue(name).count for name in settings.RQ_QUEUES}


def tidy() -> None:
    """Move what dead workers left in RQ's own registries, so that the queue pages tell the truth."""
    for name in settings.RQ_QUEUES:
        clean_registries(django_rq.get_queue(name))
