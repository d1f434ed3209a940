"""Health checks of the pipeline in PostgreSQL: reconciler, queues, views."""

from collections.abc import Iterable
from datetime import datetime

from core.pipeline import health
from ops.doctor.check import CLOCK_SKEW, Check
from stats.refresh.view_state import ViewState, view_states


def reconciler(now: datetime) -> Iterable[Check]:
    last_pass_at = health.last_seen().get("reconciler")
    hint = "start `manage.py reconcile_jobs --loop`"
    if last_pass_at is None:
        yield Check("reconciler", False, "never seen", hint)
        return
    silent = (now - last_pass_at).total_seconds()
    alive = abs(silent) < health.RECONCILER_SILENT.total_seconds()
    detail = f"last pass {silent:.0f} s ago"
    if silent < -CLOCK_SKEW:
        detail = f"last pass {-silent:.0f} s in the future: its clock was ahead"
    yield Check("reconciler", alive, detail, hint, since=last_pass_at)


def queues(now: datetime) -> Iterable[Check]:
    """Check each queue for overdue jobs and for jobs that failed within 24 hours."""
    for load in health.queue_loads(now=now):
        late = load.overdue_by(now)
        oldest = f", oldest {late:.0f} s late" if late else ""
        detail = f"{load.waiting} waiting, {load.running} running{oldest}"
        hint = f"check that a worker on {load.name} is alive (see below)"
        yield Check(f"queue {load.name}", not load.is_overdue(now), detail, hint, since=load.oldest_due_at)
        if load.failed_today:
            hint = "read the errors in the admin, then retry"
            yield Check(f"failed jobs, {load.name}", False, f"{load.failed_today} in 24 h", hint, note=True)


def views(now: datetime) -> Iterable[Check]:
    return check_views(view_states(now=now))


def check_views(states: Iterable[ViewState]) -> Iterable[Check]:
    for state in states:
        detail = f"{state.state}, {state.waiting} changes not shown" if state.waiting else state.state
        hint = "run `manage.py refresh_views`"
        since = state.waiting_since
        yield Check(f"view {state.view}", state.state != "stale", detail, hint, since=since)
