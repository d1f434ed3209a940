"""Finds what got lost and starts it again. Harmless in several copies; nothing waits for ever in silence.

The ledger's own care is here: rows that Redis forgot, leases that ended. What only an app can know
(a finished match without a settlement) it registers as a sweep, in its AppConfig.ready().
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sentry_sdk
import structlog
from django.db import connection, transaction
from django.db.models import QuerySet
from redis.exceptions import RedisError

from core.pipeline import clock, health, ledger, rq_backend
from core.pipeline.models import Heartbeat, JobRun

log = structlog.get_logger("pipeline")

LATE = timedelta(seconds=10)  # past due by this much, nobody seems to come
UNHEARD = timedelta(seconds=5)  # never pushed: Redis was down when the row was committed
PUSHES_PER_PASS = 500
LOOKS_PER_PASS = 5000  # pushed rows past their time that are looked up in Redis
KEEP_DONE = timedelta(days=30)
LEADER_SILENT = timedelta(seconds=60)  # a pass every 15 s: whoever leads has missed three
HEARTBEAT = "reconciler"
LOCK = 0x46_57_52_43  # pg advisory lock: one pass at a time

Sweep = Callable[[datetime], int]
_sweeps: dict[str, Sweep] = {}


@dataclass(slots=True)
class Report:
    """What one pass did, by name. `led` is False where another copy was at work."""

    led: bool = True
    repaired: int = 0  # rows with times that a fast clock wrote
    pushed: int = 0
    freed: int = 0
    purged: int = 0
    swept: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.repaired + self.pushed + self.freed + sum(self.swept.values())


def register(name: str, sweep: Sweep) -> None:
    """Add an app's own search. It gets the time, asks the ledger for what is missing, returns how many."""
    _sweeps[name] = sweep


def reconcile(*, now: datetime) -> Report:
    """One pass. Two copies at once do no harm: the second sees the lock and leaves.

    Unless the first has not finished a pass for long: it may be frozen with the lock in its hands, and
    then the second goes ahead without it.
    """
    with connection.cursor() as cursor:
        # A session's own limit: no search waits for ever on a row that somebody holds.
        cursor.execute("SELECT set_config('lock_timeout', '10s', false)")
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        locked = cursor.fetchone()[0]
    if not locked and not _leader_is_silent(now):
        return Report(led=False)
    try:
        return _pass(now)
    finally:
        if locked:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _leader_is_silent(now: datetime) -> bool:
    """Return True if its last pass was long ago, or lies in the future, which says nothing about now."""
    around_now = (now - LEADER_SILENT, now + LEADER_SILENT)
    return Heartbeat.objects.filter(name=HEARTBEAT).exclude(beat_at__range=around_now).exists()


def _pass(now: datetime) -> Report:
    report = Report(freed=free_expired_leases(now=now))
    for name, sweep in _sweeps.items():
        report.swept[name] = _swept(name, sweep, now)
    # After the sweeps: one asks feeds again whose last poll has a time in the future.
    report.repaired = _swept("times in the future", _repair, now)
    report.pushed = rq_backend.push(late_runs(now=now))
    report.purged = purge(now=now)
    _look_at_redis(now)
    Heartbeat.objects.update_or_create(name=HEARTBEAT, defaults={"beat_at": now})
    if report.total:
        counts = {"repaired": report.repaired, "pushed": report.pushed, "freed": report.freed}
        log.info("reconciled", **counts, **report.swept)
    return report


def _repair(now: datetime) -> int:
    return clock.repair(now=now)


def _swept(name: str, sweep: Sweep, now: datetime) -> int:
    """Run one app's search. A broken one must not keep the others, and the pushes, from being done."""
    try:
        with transaction.atomic():
            return sweep(now)
    except Exception as error:
        if connection.connection is None or not connection.is_usable():
            raise  # not the search's fault: the database is away
        sentry_sdk.capture_exception(error)
        log.error("a search failed", search=name, error=f"{type(error).__name__}: {error}", exc_info=error)
        return 0


def late_runs(*, now: datetime) -> list[int]:
    """Ids of waiting runs that Redis never heard of, or will not bring any more; the most urgent first."""
    waiting = JobRun.objects.filter(state=JobRun.State.QUEUED).order_by("-priority", "due_at", "pk")
    # Those of the last seconds are being pushed; a time in the future was written by a clock that was ahead.
    unheard = waiting.filter(pushed_at__isnull=True).exclude(created_at__range=(now - UNHEARD, now))
    pushed = waiting.filter(due_at__lt=now - LATE, pushed_at__lt=now - LATE)
    never = list(unheard.values_list("pk", flat=True)[:PUSHES_PER_PASS])
    return never + _undelivered(pushed[:LOOKS_PER_PASS])


def _undelivered(pushed: QuerySet[JobRun]) -> list[int]:
    try:
        return rq_backend.undelivered(pushed)
    except RedisError as error:
        log.warning("redis is down", error=str(error))
        return []


def free_expired_leases(*, now: datetime) -> int:
    """Runs whose worker died: waiting again, or failed when that was the last attempt.

    A run whose transaction still lives is left for the next pass: its worker is at work after all, or it
    froze, and then PostgreSQL ends the transaction (runner.py).
    """
    expired = JobRun.objects.filter(state=JobRun.State.RUNNING, lease_until__lt=now)
    return sum(_free(pk, expired, now) for pk in expired.values_list("pk", flat=True))


def _free(pk: int, expired: QuerySet[JobRun], now: datetime) -> bool:
    with transaction.atomic():
        run = expired.select_for_update(skip_locked=True).filter(pk=pk).first()
        if run is None:
            return False
        ledger.fail(run, WorkerLost(WorkerLost.__doc__), now=now)
        return True


class WorkerLost(Exception):
    """The lease ended without a word from the worker: it was killed, or it hangs."""


def purge(*, now: datetime) -> int:
    """Delete what ended well long ago. Failures stay."""
    ended_well = JobRun.objects.filter(state__in=[JobRun.State.DONE, JobRun.State.SKIPPED])
    old = ended_well.filter(finished_at__lt=now - KEEP_DONE).values_list("pk", flat=True)[:PUSHES_PER_PASS]
    return JobRun.objects.filter(pk__in=list(old)).delete()[0]


def _look_at_redis(now: datetime) -> None:
    try:
        rq_backend.move_abandoned_jobs()
        health.record_heartbeats(now=now)
    except RedisError as error:
        log.warning("redis is down", error=str(error))
