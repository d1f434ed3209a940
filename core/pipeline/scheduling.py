"""Rows that wait for a moment which may move: a kickoff, say.

`ledger.enqueue` moves a waiting row to an earlier time only. Here the row moves to the new moment, earlier or
later, or is called off.
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
    """When a run is due, and what it is about."""

    subject: str
    due_at: datetime


# DO UPDATE locks the waiting row until we commit, as in ledger.py. Redis knows the former moment of a row
# that is moved, so it has to be told again; the bell that rings at the former one finds nothing to claim.
_KEEP = """
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
    """Let one run of `kind` wait per key until its appointment, whether a row waits already or not.

    Returns the ids of the rows that are new or were moved. Call it in the transaction of the fact that sets
    the moment. A season of appointments is archive work: Redis holds the next few of them.
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
        cursor.execute(_KEEP, rows)
        unheard = [pk for pk, is_unheard in cursor.fetchall() if is_unheard]
        push_on_commit(unheard)
    return unheard


def unschedule(kind: str, keys: Collection[str], *, why: str, now: datetime) -> int:
    """End the rows that wait under these keys, and return how many did. A run that has begun goes on."""
    waiting = JobRun.objects.filter(kind=kind, key__in=keys, state=JobRun.State.QUEUED)
    return waiting.update(state=JobRun.State.SKIPPED, error=why, finished_at=now) if keys else 0
