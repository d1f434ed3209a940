"""Finds what got lost and starts it again. Harmless in several copies; nothing waits for ever in silence.

The ledger's own care is here: rows that Redis forgot, leases that ended. What only an app can know
(a finished match without a settlement) it registers as a sweep, in its AppConfig.ready().
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import connection
from django.db.models import Q
from redis.exceptions import RedisError

from config.pipeline import courier, ledger
from config.pipeline.models import Heartbeat, JobRun

log = structlog.get_logger("pipeline")

LATE = timedelta(seconds=10)  # past due by this much, nobody seems to come
UNHEARD = timedelta(seconds=5)  # never pushed: Redis was down when the row was committed
PUSH_AGAIN = timedelta(seconds=60)  # a backlog is not pushed anew at each pass
PUSHES_PER_PASS = 500
KEEP_DONE = timedelta(days=30)
LOCK = 0x46_57_52_43  # pg advisory lock: one pass at a time

Sweep = Callable[[datetime], int]
_sweeps: dict[str, Sweep] = {}


@dataclass(slots=True)
class Report:
    """What one pass did, by name. `led` is False where another copy was at work."""

    led: bool = True
    pushed: int = 0
    freed: int = 0
    purged: int = 0
    swept: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.pushed + self.freed + sum(self.swept.values())


def register(name: str, sweep: Sweep) -> None:
    """Add an app's own search. It gets the time, asks the ledger for what is missing, returns how many."""
    _sweeps[name] = sweep


def reconcile(*, now: datetime) -> Report:
    """One pass. Two copies at once do no harm: the second sees the lock and leaves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return Report(led=False)
    try:
        return _pass(now)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _pass(now: datetime) -> Report:
    report = Report(
        freed=free_expired_leases(now=now), swept={name: run(now) for name, run in _sweeps.items()}
    )
    report.pushed = courier.push(late_runs(now=now))
    report.purged = purge(now=now)
    _tidy_queues()
    Heartbeat.objects.update_or_create(name="reconciler", defaults={"beat_at": now})
    if report.total:
        log.info("reconciled", pushed=report.pushed, freed=report.freed, **report.swept)
    return report


def late_runs(*, now: datetime) -> list[int]:
    """Ids of waiting runs that Redis seems to have forgotten, the most urgent first."""
    never_pushed = Q(pushed_at__isnull=True, created_at__lt=now - UNHEARD)
    not_fetched = Q(due_at__lt=now - LATE, pushed_at__lt=now - PUSH_AGAIN)
    late = JobRun.objects.filter(never_pushed | not_fetched, state=JobRun.State.QUEUED)
    return list(late.order_by("-priority", "due_at", "pk").values_list("pk", flat=True)[:PUSHES_PER_PASS])


def free_expired_leases(*, now: datetime) -> int:
    """Runs whose worker died: waiting again, or failed when that was the last attempt."""
    expired = JobRun.objects.filter(state=JobRun.State.RUNNING, lease_until__lt=now)
    for run in expired:
        ledger.fail(run, WorkerLost(WorkerLost.__doc__), now=now)
    return len(expired)


class WorkerLost(Exception):
    """The lease ended without a word from the worker: it was killed, or it hangs."""


def purge(*, now: datetime) -> int:
    """Delete what ended well long ago. Failures stay."""
    ended_well = JobRun.objects.filter(state__in=[JobRun.State.DONE, JobRun.State.SKIPPED])
    old = ended_well.filter(finished_at__lt=now - KEEP_DONE).values_list("pk", flat=True)[:PUSHES_PER_PASS]
    return JobRun.objects.filter(pk__in=list(old)).delete()[0]


def _tidy_queues() -> None:
    try:
        courier.tidy()
    except RedisError as error:
        log.warning("redis is down", error=str(error))
