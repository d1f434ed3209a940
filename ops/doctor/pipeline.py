"""Health checks of the pipeline: Redis, workers, scheduler, reconciler, queues and views."""

from collections.abc import Iterable
from datetime import datetime

import django_rq
import psycopg
from django.db import DatabaseError

from core.pipeline import health
from ops.doctor.check import CLOCK_SKEW, SYNCHRONISE, Check
from stats.refresh.view_state import ViewState, view_states

START_WORKERS = "start the processes of the Procfile"


def redis(now: datetime) -> Iterable[Check]:
    server = django_rq.get_connection("scoring")
    server.ping()
    info = server.info("server")
    version = info.get("valkey_version", info["redis_version"])
    yield Check("redis", True, f"{info.get('server_name', 'redis')} {version}")


def workers(now: datetime) -> Iterable[Check]:
    """Check that each queue has a live worker, and that no worker's clock is ahead.

    `Check.detail` contains the number of dead workers.
    """
    seen = last_seen()
    for queue, found in health.workers_by_queue(now=now).items():
        silent = (now - found.beat_at).total_seconds() if found.beat_at else 0.0
        beat = f", heartbeat {max(0.0, silent):.0f} s ago" if found.beat_at else ""
        dead = f", {found.dead} dead" if found.dead else ""
        hint = f"run `manage.py rqworker {queue}`, or {START_WORKERS}"
        detail = f"{found.alive or 'none'} alive{beat}{dead}"
        since = None if found.alive else found.silent_since or seen.get(f"worker {queue}")
        yield Check(f"worker {queue}", found.alive > 0, detail, hint, since=since)
        if silent < -CLOCK_SKEW:
            detail = f"the clock of a worker on {queue} is {-silent:.0f} s ahead of this one"
            yield Check(f"clock of worker {queue}", False, detail, SYNCHRONISE)


def scheduler(now: datetime) -> Iterable[Check]:
    alive = health.schedulers()
    none = "none: delayed jobs and retries start only at the next pass of the reconciler"
    detail = f"{alive} alive" if alive else none
    hint = f"run `manage.py rqscheduler --interval 1 --queue content`, or {START_WORKERS}"
    yield Check("scheduler", alive > 0, detail, hint, since=last_seen().get("scheduler"))


def last_seen() -> dict[str, datetime]:
    """Return the time at which each process was last found alive, by name, e.g. "worker scoring".

    The result is empty if the database is down.
    """
    try:
        return health.last_seen()
    except (DatabaseError, psycopg.Error):
        return {}


def reconciler(now: datetime) -> Iterable[Check]:
    last_pass_at = health.last_seen().get("reconciler")
    hint = "start `manage.py reconcile_jobs --loop`"
    if last_pass_at is None:
        yield Check("reconciler", False, "has never run", hint)
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
