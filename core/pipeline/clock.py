"""Repair of stored times that are wrong because a machine's clock was fast when it wrote them.

A job due too late, a lease that ends too late or a pause that begins in the future would delay work by as
much as the clock was fast. The reconciler repairs such times in every pass; `manage.py doctor` reports them.
Times that only record an event (a result, settlement, refresh or prediction) are not changed, because no work
waits for them. docs/pipeline.md lists every stored time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F, Model, QuerySet, Value

from core.pipeline import ledger, registry
from core.pipeline.models import Heartbeat, JobRun

# Clocks of different machines differ slightly, and a failed job waits up to 10 s.
TOLERANCE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class WrongTimes:
    """Rows with times that a correct clock cannot have written, and the changes that repair them."""

    text: str
    rows: QuerySet[Any]
    changes: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Stamp:
    model: type[Model]
    at: str
    until: str
    longest: registry.Wait


_stamps: list[_Stamp] = []


def register(
    model: type[Model], at: str, *, until: str = "", longest: registry.Wait = registry.no_wait
) -> None:
    """Register the column `at` of a model, so that `repair` corrects its wrong times.

    A time is wrong if it lies further in the future than the duration that `longest` returns, by default
    zero. `until` is the name of another column, whose times were set together with those of `at`: a repair
    moves both by the same amount.
    """
    _stamps.append(_Stamp(model, at, until, longest))


def repair(*, now: datetime) -> int:
    """Repair all wrong times and return the number of changed rows. Call it in a transaction."""
    return sum(fault.rows.update(**fault.changes) for fault in faults(now=now))


def faults(*, now: datetime) -> Iterator[WrongTimes]:
    """Yield the wrong times that `repair` corrects, in one group per kind of error. A group can be empty."""
    yield from job_faults(now=now)
    yield from (_future(stamp, now) for stamp in _stamps)


def job_faults(*, now: datetime) -> Iterator[WrongTimes]:
    """Yield wrong times in the job ledger, in groups: due times, leases and push times in the future."""
    yield from _jobs_due_too_late(now)
    yield from _leases(now)
    pushed = _queued().filter(pushed_at__gt=now + TOLERANCE)
    yield WrongTimes("jobs announced to Redis in the future", pushed, {"pushed_at": None})


def _queued() -> QuerySet[JobRun]:
    return JobRun.objects.filter(state=JobRun.State.QUEUED)


def _jobs_due_too_late(now: datetime) -> Iterator[WrongTimes]:
    """Yield, for each kind of job, the queued jobs that are due later than the kind's `longest_wait` allows.

    Kinds without `longest_wait` are skipped: their jobs are scheduled runs, which can be due at any time.
    """
    later = _queued().filter(due_at__gt=now + TOLERANCE)
    for name in later.order_by().values_list("kind", flat=True).distinct():
        wait = registry.get(name).longest_wait if name in registry.names() else None
        if wait is not None:
            latest = now + wait()
            rows = later.filter(kind=name, due_at__gt=latest + TOLERANCE)
            yield WrongTimes(f"{name} jobs due too late", rows, {"due_at": latest, "pushed_at": None})


def _leases(now: datetime) -> Iterator[WrongTimes]:
    running = JobRun.objects.filter(state=JobRun.State.RUNNING)
    for queue in running.order_by().values_list("queue", flat=True).distinct():
        ends_at = now + ledger.lease_of(queue)
        rows = running.filter(queue=queue, lease_until__gt=ends_at + TOLERANCE)
        yield WrongTimes(f"leases on {queue} that end too late", rows, {"lease_until": ends_at})


def _future(stamp: _Stamp, now: datetime) -> WrongTimes:
    """Return the rows of a registered column whose time is too far in the future, and their repair.

    The repair sets the time to the latest allowed time. It moves the column `until` (see `register`), if any,
    by the same amount.
    """
    latest = now + stamp.longest()
    rows = stamp.model._default_manager.filter(**{f"{stamp.at}__gt": latest + TOLERANCE})
    changes: dict[str, Any] = {stamp.at: latest}
    if stamp.until:
        shifted = F(stamp.until) - F(stamp.at) + Value(latest)
        changes[stamp.until] = ExpressionWrapper(shifted, output_field=DateTimeField())
    return WrongTimes(f"{stamp.model._meta.verbose_name_plural} with {stamp.at} too far ahead", rows, changes)


register(Heartbeat, "beat_at")
