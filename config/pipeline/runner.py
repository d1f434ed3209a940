"""What a worker does with a run: claim it, do its effect once, tell the ledger how it ended."""

import time
from typing import Any

import sentry_sdk
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from config.pipeline import kinds, ledger
from config.pipeline.models import JobRun

log = structlog.get_logger("pipeline")


class Skip(Exception):
    """Raised by a job that has nothing to do. The message says why and is kept in the ledger."""


class LostClaim(Exception):
    """Another attempt took this run over while it worked; whatever it did is rolled back."""


class Overran(Exception):
    """The job ran past its time limit, and something swallowed RQ's JobTimeoutException."""


def run_job(run_id: int, **_later: object) -> None:
    """Run the ledger's row `run_id`. The only function that RQ ever calls.

    Delivered twice, late or early it does nothing: the claim decides. A failure is recorded in the
    ledger, which knows about retries, and not raised again: to RQ the delivery is done.
    """
    run = ledger.claim(run_id, now=timezone.now())
    if run is None:
        log.info("nothing to claim: a duplicate or early delivery", job=run_id)
        return
    with structlog.contextvars.bound_contextvars(
        job=run.pk, kind=run.kind, match=_match_of(run), attempt=run.attempt
    ):
        _attempt(run)


def _attempt(run: JobRun) -> None:
    started = time.monotonic()
    try:
        _work(run, started)
    except LostClaim as lost:
        log.warning("claim lost, nothing was changed", reason=str(lost))
    except Skip as skipped:
        ledger.finish(run, now=timezone.now(), state=JobRun.State.SKIPPED, note=str(skipped))
        log.info("skipped", reason=str(skipped))
    except Exception as error:  # noqa: BLE001 - the ledger records every failure, JobTimeoutException too
        _record_failure(run, error)
    else:
        log.info("done", seconds=round(time.monotonic() - started, 3))


def _work(run: JobRun, started: float) -> None:
    kind = kinds.get(run.kind)
    prepared: dict[str, Any] = {"prepared": kind.prepare(run)} if kind.prepare else {}
    with transaction.atomic():
        _limit_statements()
        if not ledger.still_held(run):
            raise LostClaim(f"attempt {run.attempt} of {run} no longer holds the row")
        kind.effect(run=run, **prepared)
        _refuse_overrun(started)
        ledger.finish(run, now=timezone.now())


def _limit_statements() -> None:
    """Let PostgreSQL end a statement before RQ ends us: its error says which one was slow."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{settings.JOB_TIMEOUT - 10}s"])
        cursor.execute("SELECT set_config('lock_timeout', '30s', true)")


def _refuse_overrun(started: float) -> None:
    """JobTimeoutException is an Exception, so a broad `except` inside a job can swallow it. Not here."""
    seconds = time.monotonic() - started
    if seconds >= settings.JOB_TIMEOUT:
        raise Overran(f"{Overran.__doc__} It took {seconds:.0f} s of {settings.JOB_TIMEOUT} s.")


def _record_failure(run: JobRun, error: Exception) -> None:
    with sentry_sdk.new_scope() as scope:
        for name, value in {
            "job": run.pk,
            "kind": run.kind,
            "match": _match_of(run),
            "attempt": run.attempt,
        }.items():
            scope.set_tag(name, str(value))
        sentry_sdk.capture_exception(error)
    log.error("attempt failed", error=f"{type(error).__name__}: {error}", exc_info=error)
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()  # the error may have been the connection's end
    ledger.fail(run, error, now=timezone.now())


def _match_of(run: JobRun) -> str | None:
    return run.subject.removeprefix("match:") if run.subject.startswith("match:") else None
