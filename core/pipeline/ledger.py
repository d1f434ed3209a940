"""The writes of the ledger: enqueue, claim, finish, fail, retry, cancel.

Everything that says «this must happen» goes through here, in the transaction of the fact that
causes it. Redis hears of it only after the commit (courier.py), and may be down.
"""

import traceback as tracebacks
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from core.pipeline import registry, rq_backend
from core.pipeline.models import JobRun

State = JobRun.State

ATTEMPTS = JobRun.ATTEMPTS
RETRY_BASE = timedelta(seconds=5)
# rq-scheduler keeps due times in whole seconds, so a job may be delivered up to a second early.
EARLY = timedelta(seconds=1)


class NotAllowed(ValueError):
    """The run is not in a state that allows this."""


# DO UPDATE rather than DO NOTHING: it locks the waiting row until we commit. A worker that claims
# that row therefore waits for us and sees our fact; with DO NOTHING it could claim the row first,
# not see what we have yet to commit, and nobody would ask again.
_ENQUEUE = """
INSERT INTO pipeline_jobrun AS waiting (kind, key, subject, queue, priority, state, attempt, max_attempts,
                                        due_at, rq_job_id, triggered_by_id, error, traceback, created_at)
SELECT %(kind)s, wanted.key, wanted.subject, %(queue)s, %(priority)s, 'queued', 0, %(attempts)s, %(due_at)s,
       '', %(triggered_by)s, '', '', %(now)s
FROM unnest(%(keys)s::text[], %(subjects)s::text[]) AS wanted(key, subject)
ON CONFLICT (kind, key) WHERE state = 'queued'
DO UPDATE SET priority = greatest(waiting.priority, excluded.priority),
              due_at = CASE WHEN {is_moved} THEN excluded.due_at ELSE waiting.due_at END,
              pushed_at = CASE WHEN {is_moved} THEN NULL ELSE waiting.pushed_at END
RETURNING id, pushed_at IS NULL AND due_at = %(due_at)s
""".format(
    # A row that was tried before waits for its next attempt, or for the moment that its job chose.
    is_moved="(%(is_brought_forward)s AND waiting.attempt = 0 AND excluded.due_at < waiting.due_at)"
)


def enqueue(
    kind: str,
    subjects: dict[str, str],
    *,
    now: datetime,
    delay: timedelta = timedelta(0),
    priority: int = JobRun.Priority.ARCHIVE,
    triggered_by: JobRun | None = None,
) -> list[int]:
    """Ask for one run of `kind` per key of `subjects` (key -> subject); return the rows' ids.

    A key that waits already keeps its row, which is brought forward if it is due later than this request.
    Exceptions: a row that waits for its next attempt, appointments, and kinds that say otherwise (kinds.py).
    Call it in the transaction of the fact that makes the work necessary: the rows commit or vanish with it.
    """
    job_kind = registry.get(kind)
    rows: dict[str, Any] = {
        "kind": kind,
        "queue": job_kind.queue,
        "is_brought_forward": job_kind.is_brought_forward,
        "keys": sorted(subjects),
        "subjects": [subjects[key] for key in sorted(subjects)],
        "priority": int(priority),
        "attempts": ATTEMPTS,
        "due_at": now + delay,
        "triggered_by": triggered_by.pk if triggered_by else None,
        "now": now,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ENQUEUE, rows)
        answered = cursor.fetchall()
        push_on_commit(pk for pk, is_unheard in answered if is_unheard)
    return [pk for pk, _is_unheard in answered]


def hasten(run_ids: Iterable[int], *, due_at: datetime) -> None:
    """Let these runs be due then, where they wait for later: something makes it urgent.

    Redis is told once more; what it was told before rings for nothing, or finds the next run.
    """
    later = JobRun.objects.filter(pk__in=list(run_ids), state=State.QUEUED, due_at__gt=due_at)
    hastened = list(later.values_list("pk", flat=True))
    if later.filter(pk__in=hastened).update(due_at=due_at, pushed_at=None):
        push_on_commit(hastened)


def push_on_commit(run_ids: Iterable[int]) -> None:
    """Let Redis know after the commit. `robust`: the saved fact stands even if the bell is broken."""
    ids = list(run_ids)

    def push() -> None:  # no functools.partial: Django names the function that failed, and that has no name
        rq_backend.push(ids)

    if ids:
        transaction.on_commit(push, robust=True)


# The most urgent row that is due. A row that somebody asks for at this moment is locked, and passed by
# (SKIP LOCKED): it is taken when they have committed, for only then can we see their fact.
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


def time_limit(queue: str) -> int:
    """Seconds that a job of this queue may run."""
    return int(settings.RQ_QUEUES[queue]["DEFAULT_TIMEOUT"])


def lease_of(queue: str) -> timedelta:
    """Return how long a claim on a job of this queue lasts: longer than its time limit."""
    lease: timedelta = settings.JOB_LEASE + timedelta(seconds=time_limit(queue) - settings.JOB_TIMEOUT)
    return lease


def claim(run_id: int, *, now: datetime) -> JobRun | None:
    """Take the run: attempt + 1 and a lease. None if it is not ours to take (a duplicate delivery).

    A run whose lease has ended is not taken over here: the reconciler frees it first, and so every
    attempt that failed is in the ledger.
    """
    due = JobRun.objects.filter(pk=run_id, state=State.QUEUED, due_at__lte=now + EARLY)
    queue = due.values_list("queue", flat=True).first()
    if queue is None:
        return None
    taken = due.filter(attempt__lt=F("max_attempts")).update(
        state=State.RUNNING,
        attempt=F("attempt") + 1,
        lease_until=now + lease_of(queue),
        started_at=now,
        error="",
    )
    # Nobody else can have taken it in between: the lease has only just begun.
    return JobRun.objects.get(pk=run_id) if taken else None


def claim_next(queue: str, *, now: datetime) -> JobRun | None:
    """Take the most urgent run of a queue that is due, today's matches first, whoever was told of it."""
    values = {"queue": queue, "now": now, "lease": now + lease_of(queue)}
    return next(iter(JobRun.objects.raw(_CLAIM_NEXT, values)), None)


def still_held(run: JobRun) -> bool:
    """Lock the row and say whether this attempt still owns it: the fence. Needs a transaction."""
    return JobRun.objects.select_for_update().filter(**_attempt_of(run)).exists()


def _attempt_of(run: JobRun) -> dict[str, Any]:
    return {"pk": run.pk, "state": State.RUNNING, "attempt": run.attempt}


def finish(run: JobRun, *, now: datetime, state: str = State.DONE, note: str = "") -> None:
    """End the run, in the transaction of its effect."""
    JobRun.objects.filter(**_attempt_of(run)).update(
        state=state, error=note, lease_until=None, finished_at=now
    )


def fail(run: JobRun, error: BaseException, *, now: datetime) -> None:
    """Record a failed attempt: queued again after 5 s, then 10 s; failed after the last one."""
    with transaction.atomic():
        if not still_held(run):
            return  # its lease had ended, and another attempt answers for it now
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
    """Let the run wait again; where a newer row waits for the same key already, that one does the work."""
    try:
        with transaction.atomic():
            _save(run, state=State.QUEUED, due_at=due_at, lease_until=None, finished_at=None, pushed_at=None)
    except IntegrityError:
        run.error = f"{run.error} A newer run waits for the same work.".strip()
        _save(run, state=State.SKIPPED, lease_until=None, finished_at=now)
    else:
        push_on_commit([run.pk])


def postpone(run: JobRun, *, until: datetime, now: datetime) -> None:
    """Let a run that came too early wait again, in its effect's transaction, as often as needed.

    It loses no attempt. The count of claims goes on, because it is the fence.
    """
    run.max_attempts += 1
    if run.postponed_at is None or run.postponed_at > now:  # the clock was ahead
        run.postponed_at = now
    requeue(run, due_at=until, now=now)


def retry(run: JobRun, *, now: datetime) -> None:
    """An operator's «again»: three more attempts for a run that failed, was cancelled or skipped.

    The count goes on, because the attempt's number is the fence: were it 1 again, a worker that froze in
    the first attempt 1 would wake up and take itself for the holder.
    """
    with transaction.atomic():
        run = JobRun.objects.select_for_update().get(pk=run.pk)
        if run.state not in JobRun.RETRYABLE:
            raise NotAllowed(f"{run} is {run.state}: only failed, cancelled or skipped runs can be retried.")
        run.max_attempts, run.postponed_at = run.attempt + ATTEMPTS, None
        requeue(run, due_at=now, now=now)


def cancel(run: JobRun, *, now: datetime) -> None:
    """An operator's «no»: a waiting run ends as cancelled. One that runs already cannot be recalled."""
    waiting = JobRun.objects.filter(pk=run.pk, state=State.QUEUED)
    if not waiting.update(state=State.CANCELLED, error="Cancelled by an operator.", finished_at=now):
        raise NotAllowed(f"{run} does not wait any more, so it cannot be cancelled.")


def _save(run: JobRun, **changes: object) -> None:
    for field, value in changes.items():
        setattr(run, field, value)
    run.save(update_fields=[*changes, "max_attempts", "postponed_at", "error", "traceback"])
