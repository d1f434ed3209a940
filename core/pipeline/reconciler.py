"""Reconciler: finds lost jobs and missing work and queues them again. Safe to run in several copies.

It pushes rows that Redis lost and frees expired leases. Work that only an app can find (e.g. a finished match
without a settlement) is found by sweeps, which the app registers in its AppConfig.ready().
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

LATE = timedelta(seconds=10)  # a job due longer ago than this is assumed to be lost
PUSH_GRACE = timedelta(seconds=5)  # not pushed after this time: Redis was down when the row was committed
PUSHES_PER_PASS = 500
LOOKUPS_PER_PASS = 5000  # overdue pushed rows that are looked up in Redis
KEEP_DONE = timedelta(days=30)
LEADER_SILENT = timedelta(seconds=60)  # a pass every 15 s: the leading copy has missed three
HEARTBEAT = "reconciler"
LOCK = 0x46_57_52_43  # PostgreSQL advisory lock: one pass at a time

Sweep = Callable[[datetime], int]
_sweeps: dict[str, Sweep] = {}


@dataclass(slots=True)
class Report:
    """Counts of what one pass did. `led` is False if no pass ran, because another process held the lock."""

    led: bool = True
    repaired: int = 0  # rows with times from a clock that was fast
    pushed: int = 0
    freed: int = 0
    purged: int = 0
    swept: dict[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of repairs of each kind."""
        return {"repaired": self.repaired, "pushed": self.pushed, "freed": self.freed, **self.swept}


def register(name: str, sweep: Sweep) -> None:
    """Register an app's sweep: a function that each pass calls with the current time.

    The sweep enqueues missing work or deletes old rows, and returns the number of jobs or rows.
    """
    _sweeps[name] = sweep


def reconcile(*, now: datetime) -> Report:
    """Run one pass of the reconciler, unless another process holds its lock.

    If no pass has finished for LEADER_SILENT, the other process may be frozen: the pass then runs without the
    lock.
    """
    with connection.cursor() as cursor:
        # Limit of the session: no sweep waits indefinitely for a locked row.
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
    """Return True if the last pass was long ago, or if its stored time is far in the future, thus wrong."""
    around_now = (now - LEADER_SILENT, now + LEADER_SILENT)
    return Heartbeat.objects.filter(name=HEARTBEAT).exclude(beat_at__range=around_now).exists()


def _pass(now: datetime) -> Report:
    report = Report(freed=free_expired_leases(now=now))
    for name, sweep in _sweeps.items():
        report.swept[name] = _run_sweep(name, sweep, now)
    # After the sweeps: one of them polls the feeds whose last poll has a time in the future.
    report.repaired = _run_sweep("times in the future", _repair, now)
    report.pushed = rq_backend.push(late_runs(now=now))
    report.purged = purge(now=now)
    _check_redis(now)
    Heartbeat.objects.update_or_create(name=HEARTBEAT, defaults={"beat_at": now})
    if any(report.counts.values()):
        log.info("reconciled", **report.counts)
    return report


def _repair(now: datetime) -> int:
    return clock.repair(now=now)


def _run_sweep(name: str, sweep: Sweep, now: datetime) -> int:
    """Run a sweep in a transaction and return its result.

    If the sweep fails, the error is logged and reported and 0 is returned, so that the pass can continue. If
    the database connection is lost, the error is raised.
    """
    try:
        with transaction.atomic():
            return sweep(now)
    except Exception as error:
        if connection.connection is None or not connection.is_usable():
            raise  # not an error of the sweep: the database is unavailable
        sentry_sdk.capture_exception(error)
        log.error("a sweep failed", sweep=name, error=f"{type(error).__name__}: {error}", exc_info=error)
        return 0


def late_runs(*, now: datetime) -> list[int]:
    """Return the ids of queued runs that were not pushed, or that Redis lost; the most urgent first."""
    waiting = JobRun.objects.filter(state=JobRun.State.QUEUED).order_by("-priority", "due_at", "pk")
    # Rows of the last seconds are being pushed; a time in the future was written by a clock that was ahead.
    unpushed = waiting.filter(pushed_at__isnull=True).exclude(created_at__range=(now - PUSH_GRACE, now))
    pushed = waiting.filter(due_at__lt=now - LATE, pushed_at__lt=now - LATE)
    never = list(unpushed.values_list("pk", flat=True)[:PUSHES_PER_PASS])
    return never + _undelivered(pushed[:LOOKUPS_PER_PASS])


def _undelivered(pushed: QuerySet[JobRun]) -> list[int]:
    try:
        return rq_backend.undelivered(pushed)
    except RedisError as error:
        log.warning("redis is down", error=str(error))
        return []


def free_expired_leases(*, now: datetime) -> int:
    """Record attempts with an expired lease as failed, and return their number.

    Their runs are queued again or, after the last attempt, FAILED. A run that is locked by the open
    transaction of its worker is skipped in this pass. If the worker is frozen, PostgreSQL ends the
    transaction (runner.py).
    """
    expired = JobRun.objects.filter(state=JobRun.State.RUNNING, lease_until__lt=now)
    return sum(_free(pk, expired, now) for pk in expired.values_list("pk", flat=True))


def _free(pk: int, expired: QuerySet[JobRun], now: datetime) -> bool:
    with transaction.atomic():
        run = expired.select_for_update(skip_locked=True).filter(pk=pk).first()
        if run is None:
            return False
        ledger.fail(run, WorkerLost(), now=now)
        return True


class WorkerLost(Exception):
    """The lease of a run expired."""

    def __init__(self) -> None:
        super().__init__("The lease expired before the worker reported a result: it was killed, or it hangs.")


def purge(*, now: datetime) -> int:
    """Delete done and skipped runs that are older than KEEP_DONE, and return their number.

    Each call deletes a limited number of runs.
    """
    ended_well = JobRun.objects.filter(state__in=[JobRun.State.DONE, JobRun.State.SKIPPED])
    old = ended_well.filter(finished_at__lt=now - KEEP_DONE).values_list("pk", flat=True)[:PUSHES_PER_PASS]
    return JobRun.objects.filter(pk__in=list(old)).delete()[0]


def _check_redis(now: datetime) -> None:
    try:
        rq_backend.move_abandoned_jobs()
        health.record_heartbeats(now=now)
    except RedisError as error:
        log.warning("redis is down", error=str(error))
