"""Scheduled runs whose due time may change, e.g. with a kickoff.

`ledger.enqueue` moves a queued row to an earlier time only. Here a row moves to the new time, earlier or
later, or is ended.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from core.pipeline import registry
from core.pipeline.ledger import ATTEMPTS, push_on_commit
from core.pipeline.models import JobRun


@dataclass(frozen=True, slots=True)
class Appointment:
    """Subject and due time of a scheduled run."""

    subject: str
    due_at: datetime


# DO UPDATE locks the queued row until the commit, as in ledger.py. A moved row is pushed to Redis again; the
# delivery at the former time finds nothing to claim.
_RESCHEDULE = """
INSERT INTO pipeline_jobrun AS waiting (kind, key, subject, queue, priority, state, attempt, max_attempts,
                                        due_at, rq_job_id, error, traceback, created_at)
SELECT %(kind)s, wanted.key, wanted.subject, %(queue)s, %(priority)s, 'queued', 0, %(attempts)s,
       wanted.due_at, '', '', '', %(now)s
FROM unnest(%(keys)s::text[], %(subjects)s::text[], %(due)s::timestamptz[]) AS wanted(key, subject, due_at)
ON CONFLICT (kind, key) WHERE state = 'queued'
DO UPDATE SET due_at = excluded.due_at,
              pushed_at = CASE WHEN waiting.due_at = excluded.due_at THEN waiting.pushed_at END
RETURNING id, pushed_at IS NULL
"""


def reschedule(
    kind: str,
    appointments: Mapping[str, Appointment],
    *,
    now: datetime,
    priority: int = JobRun.Priority.ARCHIVE,
) -> list[int]:
    """Schedule one run of `kind` per key, or move the queued run to its new due time.

    Returns the ids of the rows that are new or were moved. Call it in the transaction of the fact that sets
    the time. Many scheduled runs are archive work: Redis holds only the next few of them.
    """
    if not appointments:
        return []
    keys = sorted(appointments)
    rows: dict[str, Any] = {
        "kind": kind,
        "queue": registry.get(kind).queue,
        "priority": int(priority),
        "attempts": ATTEMPTS,
        "keys": keys,
        "subjects": [appointments[key].subject for key in keys],
        "due": [appointments[key].due_at for key in keys],
        "now": now,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_RESCHEDULE, rows)
        unpushed = [pk for pk, is_unpushed in cursor.fetchall() if is_unpushed]
        push_on_commit(unpushed)
    return unpushed


def unschedule(kind: str, keys: Collection[str], *, why: str, now: datetime) -> int:
    """End queued runs with these keys and return their number. Runs that have started are not affected."""
    waiting = JobRun.objects.filter(kind=kind, key__in=keys, state=JobRun.State.QUEUED)
    return waiting.update(state=JobRun.State.SKIPPED, error=why, finished_at=now) if keys else 0
