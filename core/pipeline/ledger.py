"""Writes to the ledger of jobs: enqueue, claim, finish, fail, retry, cancel.

Jobs are enqueued in the transaction of the change that requires them, and pushed to Redis after its commit
(rq_backend.py). If Redis is down, the reconciler pushes them later.
"""

import traceback as tracebacks
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from core.pipeline import registry
from core.pipeline.models import JobRun
from core.pipeline.scheduling import ScheduledRun, push_on_commit, upsert

State = JobRun.State

ATTEMPTS = JobRun.ATTEMPTS
RETRY_BASE = timedelta(seconds=5)
# rq-scheduler stores due times in whole seconds, so it may deliver a job up to a second early.
EARLY = timedelta(seconds=1)


class NotAllowed(ValueError):
    """The state of the run does not allow an operator's retry or cancel."""


_RAISE_PRIORITY = "priority = greatest(waiting.priority, excluded.priority)"
# A row that was tried before keeps its due time: that of its next attempt, or one that its job chose.
_IS_LATER = "waiting.attempt = 0 AND excluded.due_at < waiting.due_at"
_BRING_FORWARD = f"""{_RAISE_PRIORITY},
    due_at = CASE WHEN {_IS_LATER} THEN excluded.due_at ELSE waiting.due_at END,
    pushed_at = CASE WHEN {_IS_LATER} THEN NULL ELSE waiting.pushed_at END"""


def enqueue(
    kind: str,
    subjects: dict[str, str],
    *,
    now: datetime,
    delay: timedelta = timedelta(0),
    priority: int = JobRun.Priority.ARCHIVE,
    triggered_by: JobRun | None = None,
) -> list[int]:
    """Enqueue one run of `kind` per key of `subjects` (key -> subject); return the ids of the rows.

    If a run of this kind and key is already queued, no row is added: the queued run gets the higher of the
    two priorities and the earlier of the two due times. Its due time does not change if it was attempted
    before, or if `Kind.is_brought_forward` is False. Call this function in the transaction of the change that
    requires the job, so that both commit or roll back together.
    """
    wanted = {key: ScheduledRun(subject, now + delay) for key, subject in subjects.items()}
    changes = _BRING_FORWARD if registry.get(kind).is_brought_forward else _RAISE_PRIORITY
    rows = upsert(kind, wanted, changes, now=now, priority=priority, triggered_by=triggered_by)
    return [pk for pk, _is_unpushed in rows]


def hasten(run_ids: Iterable[int], *, due_at: datetime) -> None:
    """Bring queued runs forward to `due_at` if they are due later, and push them to Redis again.

    Redis then has two jobs for each of these runs. The second job does no harm: if its run cannot be claimed,
    the worker claims another due run, if there is one.
    """
    later = JobRun.objects.filter(pk__in=list(run_ids), state=State.QUEUED, due_at__gt=due_at)
    hastened = list(later.values_list("pk", flat=True))
    if later.filter(pk__in=hastened).update(due_at=due_at, pushed_at=None):
        push_on_commit(hastened)


# The most urgent row that is due. SKIP LOCKED skips a row that another transaction is enqueuing; it can be
# claimed after that commit, because only then is the change visible that requires the job.
_CLAIM_NEXT = """
UPDATE pipeline_jobrun
SET state = 'running', attempt = attempt + 1, lease_until = %(lease)s, started_at = %(now)s, error = ''
WHERE id = (
    SELECT id FROM pipeline_jobrun
    WHERE state = 'queued' AND queue = %(queue)s AND due_at <= %(now)s AND attempt < max_attempts
    ORDER BY priority DESC, due_at, id
    LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING *
"""


def open_runs() -> QuerySet[JobRun]:
    """Return the queued and running jobs, without background jobs (`Kind.is_background`)."""
    return JobRun.objects.filter(state__in=JobRun.OPEN).exclude(kind__in=registry.background())


def is_busy() -> bool:
    """Return True if a job is queued or running, other than background jobs."""
    return open_runs().exists()


def time_limit(queue: str) -> int:
    """Return the time limit of a job of this queue in seconds."""
    return int(settings.RQ_QUEUES[queue]["DEFAULT_TIMEOUT"])


def lease_of(queue: str) -> timedelta:
    """Return the lease of a claimed job of this queue: its time limit plus JOB_LEASE - JOB_TIMEOUT."""
    lease: timedelta = settings.JOB_LEASE + timedelta(seconds=time_limit(queue) - settings.JOB_TIMEOUT)
    return lease


def claim(run_id: int, *, now: datetime) -> JobRun | None:
    """Claim a run: increment its `attempt`, set a lease, and return the run.

    Returns None if the run is not queued, is not due yet, or has no attempts left. A run with an expired
    lease is not claimed here: the reconciler must free it first, so that every failed attempt is recorded in
    the ledger.
    """
    due = JobRun.objects.filter(pk=run_id, state=State.QUEUED, due_at__lte=now + EARLY)
    queue = due.values_list("queue", flat=True).first()
    if queue is None:
        return None
    claimed = due.filter(attempt__lt=F("max_attempts")).update(
        state=State.RUNNING,
        attempt=F("attempt") + 1,
        lease_until=now + lease_of(queue),
        started_at=now,
        error="",
    )
    # No other worker can have claimed it in between: the lease has only just begun.
    return JobRun.objects.get(pk=run_id) if claimed else None


def claim_next(queue: str, *, now: datetime) -> JobRun | None:
    """Claim the most urgent due run of a queue and return it, or return None if no run is due.

    Runs of today's matches are the most urgent. A run can be claimed before it is pushed to Redis.
    """
    values = {"queue": queue, "now": now, "lease": now + lease_of(queue)}
    return next(iter(JobRun.objects.raw(_CLAIM_NEXT, values)), None)


def still_held(run: JobRun) -> bool:
    """Lock the run's row; return True if this attempt owns the run (fencing). Requires a transaction."""
    return JobRun.objects.select_for_update().filter(**_attempt_of(run)).exists()


def _attempt_of(run: JobRun) -> dict[str, Any]:
    return {"pk": run.pk, "state": State.RUNNING, "attempt": run.attempt}


def finish(run: JobRun, *, now: datetime, state: str = State.DONE, note: str = "") -> None:
    """End the run, unless another attempt has taken it over.

    If the job changed anything, call this in the transaction that made the change.
    """
    JobRun.objects.filter(**_attempt_of(run)).update(
        state=state, error=note, lease_until=None, finished_at=now
    )


def fail(run: JobRun, error: BaseException, *, now: datetime) -> None:
    """Record a failed attempt and queue the run again, after 5 s and then after 10 s.

    After the last attempt, the run becomes FAILED instead. If another attempt has taken over the run, nothing
    is recorded.
    """
    with transaction.atomic():
        if not still_held(run):
            return  # the lease has expired, and another attempt has taken over
        run.error = f"{type(error).__name__}: {error}"[:2000]
        run.traceback += _attempt_report(run, error, now)
        if run.attempt < run.max_attempts:
            requeue(run, due_at=now + RETRY_BASE * 2 ** (run.tries - 1), now=now)
        else:
            _save(run, state=State.FAILED, lease_until=None, finished_at=now)


def _attempt_report(run: JobRun, error: BaseException, now: datetime) -> str:
    lines = "".join(tracebacks.format_exception(error))
    return f"Attempt {run.tries} of {ATTEMPTS}, failed at {now:%Y-%m-%d %H:%M:%S} UTC\n{lines}\n"


def requeue(run: JobRun, *, due_at: datetime, now: datetime) -> None:
    """Queue the run again, or end it as skipped if a newer run with the same key is queued."""
    try:
        with transaction.atomic():
            _save(run, state=State.QUEUED, due_at=due_at, lease_until=None, finished_at=None, pushed_at=None)
    except IntegrityError:
        run.error = f"{run.error} A newer run of the same job is queued.".strip()
        _save(run, state=State.SKIPPED, lease_until=None, finished_at=now)
    else:
        push_on_commit([run.pk])


def postpone(run: JobRun, *, until: datetime, now: datetime) -> None:
    """Put a run that started too early back into the queue, due at `until`.

    Call this function in the run's transaction. The attempt does not count against the limit of attempts,
    because `max_attempts` is increased by 1. The attempt number is not reduced, because a number identifies
    one claim of the run.
    """
    run.max_attempts += 1
    if run.postponed_at is None or run.postponed_at > now:  # the clock was ahead
        run.postponed_at = now
    requeue(run, due_at=until, now=now)


def retry(run: JobRun, *, now: datetime) -> None:
    """Queue a failed, cancelled or skipped run again for an operator, with three more attempts.

    Raises NotAllowed if the run is in another state. The attempt number is not reset: if two attempts had the
    number 1, a frozen worker of the first one could continue as if it owned the run.
    """
    with transaction.atomic():
        run = JobRun.objects.select_for_update().get(pk=run.pk)
        if run.state not in JobRun.RETRYABLE:
            raise NotAllowed(f"{run} is {run.state}: only failed, cancelled or skipped runs can be retried.")
        run.max_attempts, run.postponed_at = run.attempt + ATTEMPTS, None
        requeue(run, due_at=now, now=now)


def cancel(run: JobRun, *, now: datetime) -> None:
    """Cancel a queued run for an operator. Raises NotAllowed if the run is not queued, e.g. has started."""
    waiting = JobRun.objects.filter(pk=run.pk, state=State.QUEUED)
    if not waiting.update(state=State.CANCELLED, error="Cancelled by an operator.", finished_at=now):
        raise NotAllowed(f"{run} is no longer queued, so it cannot be cancelled.")


def _save(run: JobRun, **changes: object) -> None:
    for field, value in changes.items():
        setattr(run, field, value)
    run.save(update_fields=[*changes, "max_attempts", "postponed_at", "error", "traceback"])
