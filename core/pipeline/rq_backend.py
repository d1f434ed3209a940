"""Adapter for RQ and rq-scheduler: delivers rows of the ledger to workers. Only this file pushes jobs.

A lost, duplicate or late push may delay a job but never loses it: a duplicate delivery cannot claim the run,
and the reconciler pushes runs again that no worker fetched.

Today's matches are pushed at once, to the front. For archive work, Redis holds only a limited number of jobs
per queue (ARCHIVE_WINDOW); the rest waits in the ledger, where running workers find it (docs/adr/0009, 0013).
So ten thousand results at once neither fill Redis nor delay a live match.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

import django_rq
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from redis.exceptions import RedisError
from rq.job import Job
from rq.registry import clean_registries

from core.pipeline.models import JobRun

log = structlog.get_logger("pipeline")

RUN = "core.pipeline.entrypoint.run_batch"
FAILURE_TTL = int(timedelta(days=7).total_seconds())
ARCHIVE_WINDOW = 20  # maximum of archive jobs in Redis per queue: one for each worker that could be idle
LOCK = 0x46_57_43_52  # PostgreSQL advisory lock, with the queue's name: one process at a time fills a window
_OLDEST_FIRST = ("due_at", "pk")


def push(run_ids: list[int]) -> int:
    """Push queued runs to RQ, unless they were pushed before; return how many were pushed.

    Runs of today's matches are all pushed. The other runs (archive work) are pushed only from the window of
    their queue: the ARCHIVE_WINDOW runs that are due first. Later calls of `push_archive_jobs` push the rest.
    If Redis is down, a warning is logged and the reconciler pushes the runs later.
    """
    unpushed = JobRun.objects.filter(pk__in=run_ids, state=JobRun.State.QUEUED, pushed_at__isnull=True)
    today = unpushed.filter(priority__gte=JobRun.Priority.TODAY)
    archive = unpushed.filter(priority=JobRun.Priority.ARCHIVE)
    queues = list(archive.order_by().values_list("queue", flat=True).distinct())
    pushed = _push_all(list(today.order_by(*_OLDEST_FIRST)))
    return pushed + sum(push_archive_jobs(queue) for queue in queues)


def push_archive_jobs(queue: str) -> int:
    """Push the unpushed archive runs in the queue's window (see `push`); return how many were pushed."""
    return _push_all(_next_archive_work(queue))


def _next_archive_work(queue: str) -> list[JobRun]:
    """Return the unpushed archive runs in the queue's window (see `push`), and mark them as pushed.

    The mark prevents other processes from pushing the same runs. The window is ordered by due time, so that
    jobs scheduled for later do not keep out jobs that are due now.
    """
    archive = JobRun.objects.filter(
        state=JobRun.State.QUEUED, queue=queue, priority=JobRun.Priority.ARCHIVE
    ).order_by(*_OLDEST_FIRST)
    with transaction.atomic():
        _lock_window(queue)
        pushed = list(archive.filter(pushed_at__isnull=False))
        unpushed = list(archive.filter(pushed_at__isnull=True)[:ARCHIVE_WINDOW])
        line = sorted([*pushed, *unpushed], key=lambda run: (run.due_at, run.pk))
        work = [run for run in line[:ARCHIVE_WINDOW] if run.pushed_at is None]
        JobRun.objects.filter(pk__in=[run.pk for run in work]).update(pushed_at=timezone.now())
        return work


def _lock_window(queue: str) -> None:
    """Prevent other processes from selecting archive runs of this queue until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, queue])


def _push_all(runs: list[JobRun]) -> int:
    for number, run in enumerate(runs):
        try:
            job_id = _push_one(run, now=timezone.now())
        except RedisError as error:
            log.warning("redis is down, the reconciler will push", jobs=len(runs) - number, error=str(error))
            _still_waiting(runs[number:]).update(pushed_at=None)
            return number
        _still_waiting([run]).update(pushed_at=timezone.now(), rq_job_id=job_id)
    return len(runs)


def _still_waiting(runs: list[JobRun]) -> QuerySet[JobRun]:
    return JobRun.objects.filter(pk__in=[run.pk for run in runs], state=JobRun.State.QUEUED)


def _push_one(run: JobRun, *, now: datetime) -> str:
    job_id = f"{run.kind}-{run.pk}-{run.attempt + 1}-{uuid.uuid4().hex[:8]}"
    is_urgent = run.priority >= JobRun.Priority.TODAY
    if run.due_at > now:  # not `enqueue_at`, which would ignore `at_front`
        django_rq.get_scheduler(run.queue).schedule(
            run.due_at, RUN, [run.pk], id=job_id, description=str(run), at_front=is_urgent
        )
    else:
        django_rq.get_queue(run.queue, commit_mode="auto").enqueue(
            RUN, run.pk, job_id=job_id, description=str(run), at_front=is_urgent, failure_ttl=FAILURE_TTL
        )
    return job_id


def remove_finished(queue_name: str, runs: Iterable[JobRun]) -> None:
    """Remove the RQ jobs of these runs, which have ended, from Redis.

    If Redis is down, logs a warning: the RQ job of an ended run does no harm.
    """
    job_ids = [run.rq_job_id for run in runs if run.pushed_at is not None and run.rq_job_id]
    if not job_ids:
        return
    queue = django_rq.get_queue(queue_name)
    try:
        with queue.connection.pipeline(transaction=False) as pipe:
            for job_id in job_ids:
                queue.remove(job_id, pipeline=pipe)
            there = [job_id for job_id, removed in zip(job_ids, pipe.execute(), strict=True) if removed]
        if there:
            queue.connection.delete(*(Job.key_for(job_id) for job_id in there))
    except RedisError as error:
        log.warning("redis is down, some deliveries will find nothing to do", error=str(error))


def undelivered(runs: Iterable[JobRun]) -> list[int]:
    """Mark the pushed runs that have no RQ job in Redis as not pushed, and return their ids.

    A run loses its RQ job if Redis was emptied, or if a worker died between fetching the job and claiming the
    run. Raises RedisError if Redis is down.
    """
    by_queue: dict[str, list[JobRun]] = {}
    for run in runs:
        by_queue.setdefault(run.queue, []).append(run)
    lost = [run for queue, its in by_queue.items() for run in _not_in_redis(queue, its)]
    _still_waiting(lost).update(pushed_at=None)
    return [run.pk for run in lost]


def _not_in_redis(queue: str, runs: list[JobRun]) -> list[JobRun]:
    listed = set(django_rq.get_queue(queue).job_ids)
    missing = [run for run in runs if run.rq_job_id not in listed]
    scheduler = django_rq.get_scheduler(queue)
    return [run for run in missing if run.rq_job_id not in scheduler]


def queue_depths() -> dict[str, int]:
    """Return the length of the Redis list of each queue. Raises RedisError if Redis is down."""
    return {name: django_rq.get_queue(name).count for name in settings.RQ_QUEUES}


def move_abandoned_jobs() -> None:
    """Remove the jobs of dead workers from RQ's registries, so that django-rq's pages show the true state."""
    for name in settings.RQ_QUEUES:
        clean_registries(django_rq.get_queue(name))
