"""Functions that insert, move or end queued runs. There is at most one queued run per kind and key.

`reschedule` is for runs whose due time may change, e.g. with a kickoff: it moves a queued run to an earlier
or later time. (`ledger.enqueue` moves a queued run only to an earlier time.) `unschedule` ends queued runs,
`defer_archive` moves queued archive runs to a later time.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from core.pipeline import registry, rq_backend
from core.pipeline.models import SUBJECT_LENGTH, JobRun

# DO UPDATE instead of DO NOTHING, because it locks the queued row until the commit. A worker that claims the
# row therefore waits and sees the committed change that requires the job. With DO NOTHING it could claim the
# row first and miss the uncommitted change, for which no other job would be enqueued.
_UPSERT = """
INSERT INTO pipeline_jobrun AS waiting (kind, key, subject, queue, priority, state, attempt, max_attempts,
                                        due_at, rq_job_id, triggered_by_id, error, traceback, created_at)
SELECT %(kind)s, wanted.key, wanted.subject, %(queue)s, %(priority)s, 'queued', 0, %(attempts)s,
       wanted.due_at, '', %(triggered_by)s, '', '', %(now)s
FROM unnest(%(keys)s::text[], %(subjects)s::text[], %(due)s::timestamptz[]) AS wanted(key, subject, due_at)
ON CONFLICT (kind, key) WHERE state = 'queued' DO UPDATE SET {changes}
RETURNING id, pushed_at IS NULL AND due_at = ANY(%(due)s::timestamptz[])
"""
# A moved row is pushed to Redis again; the delivery at the former time finds nothing to claim.
_MOVE = """due_at = excluded.due_at,
    pushed_at = CASE WHEN waiting.due_at = excluded.due_at THEN waiting.pushed_at END"""


@dataclass(frozen=True, slots=True)
class ScheduledRun:
    """Subject and due time of a run that may be moved to another time.

    The ledger stores the first SUBJECT_LENGTH characters of the subject.
    """

    subject: str
    due_at: datetime


def upsert(
    kind: str,
    wanted: Mapping[str, ScheduledRun],
    changes: str,
    *,
    now: datetime,
    priority: int,
    triggered_by: JobRun | None = None,
) -> list[tuple[int, bool]]:
    """Insert one queued run per key of `wanted`. If a key has a queued run, apply `changes` (SQL) to it.

    Returns a pair for each row: its id, and True if the row is pushed to Redis after the commit, because it
    is new or was moved.
    """
    keys = sorted(wanted)
    values: dict[str, Any] = {
        "kind": kind,
        "queue": registry.get(kind).queue,
        "keys": keys,
        "subjects": [wanted[key].subject[:SUBJECT_LENGTH] for key in keys],
        "due": [wanted[key].due_at for key in keys],
        "priority": int(priority),
        "attempts": JobRun.ATTEMPTS,
        "triggered_by": triggered_by.pk if triggered_by else None,
        "now": now,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UPSERT.format(changes=changes), values)
        rows: list[tuple[int, bool]] = cursor.fetchall()
        push_on_commit(pk for pk, is_unpushed in rows if is_unpushed)
    return rows


def push_on_commit(run_ids: Iterable[int]) -> None:
    """Push the runs to Redis after the commit. If that fails, the error is only logged (`robust`)."""
    ids = list(run_ids)

    def push() -> None:  # no functools.partial: Django logs its name if it fails, and partials lack one
        rq_backend.push(ids)

    if ids:
        transaction.on_commit(push, robust=True)


def reschedule(
    kind: str,
    scheduled_runs: Mapping[str, ScheduledRun],
    *,
    now: datetime,
    priority: int = JobRun.Priority.ARCHIVE,
) -> list[int]:
    """Schedule one run of `kind` per key. If a key has a queued run, move that run to the new due time.

    Returns the ids of the rows that are new or were moved. If the due times depend on a change, e.g. of a
    kickoff, call this function in the transaction of that change. Use the default priority for many runs at
    once, because Redis then holds only the next few of them (rq_backend.py).
    """
    if not scheduled_runs:
        return []
    rows = upsert(kind, scheduled_runs, _MOVE, now=now, priority=priority)
    return [pk for pk, is_unpushed in rows if is_unpushed]


def unschedule(kind: str, keys: Collection[str], *, why: str, now: datetime) -> int:
    """End queued runs with these keys as skipped; return their number. Runs that have started continue."""
    waiting = JobRun.objects.filter(kind=kind, key__in=keys, state=JobRun.State.QUEUED)
    return waiting.update(state=JobRun.State.SKIPPED, error=why, finished_at=now) if keys else 0


def defer_archive(kind: str, *, until: datetime) -> int:
    """Move queued archive runs of `kind` that are due earlier to `until`; return their number.

    Runs that another transaction has locked stay as they are, because they are being requested or started.
    The caller must queue or postpone a run of the same queue, so that the first of these runs is pushed to
    Redis again.
    """
    due = JobRun.objects.filter(
        kind=kind, state=JobRun.State.QUEUED, priority=JobRun.Priority.ARCHIVE, due_at__lt=until
    )
    ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True))
    return JobRun.objects.filter(pk__in=ids).update(due_at=until, pushed_at=None)
