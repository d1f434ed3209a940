"""Execution of a run: claim it, apply its effect exactly once, record in the ledger how it ended."""

import signal
import time
from dataclasses import dataclass
from typing import Any

import sentry_sdk
import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from core.pipeline import ledger, registry
from core.pipeline.models import JobRun, match_id_of

log = structlog.get_logger("pipeline")

# PostgreSQL may be unavailable because it restarts. Recording a failure is retried after these pauses
# (seconds). If it stays unavailable, the lease expires and the reconciler records the failure.
RETRY_PAUSES = (0.5, 1, 2, 4, 8, 15)


class Skip(Exception):
    """Raised by a job that has nothing to do. The message is the reason, stored in the ledger."""


class LostClaim(Exception):
    """Another attempt has taken over this run; the transaction of this one is rolled back."""


class Overran(Exception):
    """The job exceeded its time limit, but RQ's exception did not end it."""

    def __init__(self, seconds: float, allowed: int) -> None:
        super().__init__(
            f"The job took {seconds:.0f} s of {allowed} s, and its code swallowed RQ's JobTimeoutException."
        )


def attempt(run: JobRun) -> bool:
    """Execute a claimed run and record in the ledger how it ended.

    Returns True if the run is done or was skipped, and False if it failed or another attempt has taken it
    over.
    """
    about = {"job": run.pk, "kind": run.kind, "match": match_id_of(run.subject), "attempt": run.attempt}
    with sentry_sdk.isolation_scope() as scope, structlog.contextvars.bound_contextvars(**about):
        scope.set_tags({name: str(value) for name, value in about.items()})
        return _attempt(run)


def _attempt(run: JobRun) -> bool:
    limit = TimeLimit.start(ledger.time_limit(run.queue))
    try:
        _work(run, limit)
    except LostClaim as lost:
        log.warning("claim lost, nothing was changed", reason=str(lost))
        return False
    except Skip as skipped:
        ledger.finish(run, now=timezone.now(), state=JobRun.State.SKIPPED, note=str(skipped))
        log.info("skipped", reason=str(skipped))
    except Exception as error:  # noqa: BLE001 - the ledger records every failure, even JobTimeoutException
        _record_failure(run, error)
        return False
    else:
        log.info("done", seconds=round(limit.seconds, 3))
    return True


def _work(run: JobRun, limit: "TimeLimit") -> None:
    kind = registry.get(run.kind)
    prepared: dict[str, Any] = {"prepared": kind.prepare(run)} if kind.prepare else {}
    with transaction.atomic():
        _limit_transaction(limit.allowed)
        if not ledger.still_held(run):
            raise LostClaim(f"attempt {run.attempt} of {run} no longer holds the row")
        kind.effect(run=run, **prepared)
        limit.refuse_overrun()
        ledger.finish(run, now=timezone.now())


def _limit_transaction(seconds: int) -> None:
    """Make PostgreSQL end a statement before RQ ends the job, so that the error names the slow statement.

    PostgreSQL then also ends the transaction of a frozen process (stopped, or cut off from the network),
    which would otherwise keep its locks on the match and on this run.
    """
    limits = {
        "statement_timeout": f"{round(1000 * max(seconds - 10, seconds / 2))}ms",
        "lock_timeout": "30s",
        "idle_in_transaction_session_timeout": f"{seconds}s",
    }
    calls = ", ".join("set_config(%s, %s, true)" for _ in limits)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [text for limit in limits.items() for text in limit])


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """Detects that a job exceeded its time limit, even if a broad `except` swallowed JobTimeoutException.

    RQ raises that exception from an alarm, which goes off once. If the alarm was set at the start and is not
    set any more, it has gone off.
    """

    allowed: int  # seconds
    began: float
    alarm_was_set: bool

    @classmethod
    def start(cls, allowed: int) -> "TimeLimit":
        return cls(allowed, time.monotonic(), alarm_is_set())

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def refuse_overrun(self) -> None:
        swallowed = self.alarm_was_set and not alarm_is_set()
        if swallowed or self.seconds >= self.allowed:
            raise Overran(self.seconds, self.allowed)


def alarm_is_set() -> bool:
    """Return True if an alarm for the time limit is set.

    RQ sets it when its job starts. The job can execute several runs: `entrypoint` sets the alarm for each
    further one.
    """
    return signal.getitimer(signal.ITIMER_REAL)[0] > 0


def _record_failure(run: JobRun, error: Exception) -> None:
    sentry_sdk.capture_exception(error)
    log.error("attempt failed", error=f"{type(error).__name__}: {error}", exc_info=error)
    for pause in (*RETRY_PAUSES, None):
        try:
            ledger.fail(run, error, now=timezone.now())
            return
        except (OperationalError, InterfaceError) as away:
            if pause is None or connection.in_atomic_block:
                raise
            log.warning(
                "the database is unavailable; the failure is recorded when it is back", error=str(away)
            )
            connection.close()
            time.sleep(pause)
