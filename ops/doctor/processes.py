"""Health checks of Redis, and of the processes that are known from Redis: workers and scheduler."""

from collections.abc import Iterable
from datetime import datetime

import django_rq
import psycopg
from django.db import DatabaseError

from core.pipeline import health
from ops.doctor.check import CLOCK_SKEW, SYNCHRONISE, Check

START_WORKERS = "start the processes of the Procfile"


def redis(now: datetime) -> Iterable[Check]:
    server = django_rq.get_connection("scoring")
    server.ping()
    info = server.info("server")
    version = info.get("valkey_version", info["redis_version"])
    yield Check("redis", True, f"{info.get('server_name', 'redis')} {version}")


def workers(now: datetime) -> Iterable[Check]:
    """Check that each queue has a live worker; dead workers are counted in the detail."""
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
    detail = f"{alive} alive" if alive else "none: delays and retries wait for the reconciler"
    hint = f"run `manage.py rqscheduler --interval 1 --queue content`, or {START_WORKERS}"
    yield Check("scheduler", alive > 0, detail, hint, since=last_seen().get("scheduler"))


def last_seen() -> dict[str, datetime]:
    """Return when the reconciler last saw each process alive; empty if the database is down as well."""
    try:
        return health.last_seen()
    except (DatabaseError, psycopg.Error):
        return {}
