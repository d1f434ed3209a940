"""Health checks of the whole installation. Each result includes a hint on how to fix a failure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import psycopg
from django.conf import settings
from django.db import DatabaseError
from redis.exceptions import RedisError

from core.management.base import first_line
from ops.doctor import database, pipeline
from ops.doctor.check import Check, CheckFunction
from stats.refresh import matviews
from stats.refresh.view_state import ViewState

Checks = Mapping[tuple[str, ...], CheckFunction]  # names of the checks that a function yields -> the function

IN_DATABASE: Checks = {
    ("migrations",): database.migrations,
    ("reconciler",): pipeline.reconciler,
    ("times",): database.times,
    tuple(f"queue {name}" for name in settings.RQ_QUEUES): pipeline.queues,
    tuple(f"view {name}" for name in matviews.IN_ORDER): pipeline.views,
    ("overdue matches",): database.results,
    ("commitments",): database.commitments,
    ("timestamps",): database.timestamps,
    ("feeds",): database.feeds,
    ("stages",): database.stages,
    ("language models",): database.language_models,
}
IN_REDIS: Checks = {
    tuple(f"worker {name}" for name in settings.RQ_QUEUES): pipeline.workers,
    ("scheduler",): pipeline.scheduler,
}


def run_checks(*, now: datetime) -> list[Check]:
    """Run all checks, in the order in which problems are best fixed.

    Checks that depend on an unreachable server fail without being run.
    """
    return [
        *_run_server(("database",), database.server, IN_DATABASE, now),
        *_run_server(("redis",), pipeline.redis, IN_REDIS, now),
        *notes(),
    ]


def pipeline_checks(*, now: datetime, states: Iterable[ViewState]) -> Iterator[Check]:
    """Yield checks of possible causes of late leaderboards, the likeliest cause first.

    `states` are the states of the views. If Redis is down, the checks of workers and scheduler are left out.
    Raises DatabaseError if the database is down.
    """
    (server,) = _run_check(("redis",), pipeline.redis, now)
    yield server
    if server.ok:
        for names, function in IN_REDIS.items():
            yield from _run_check(names, function, now)
    yield from pipeline.reconciler(now)
    yield from database.job_times(now)
    yield from pipeline.queues(now)
    yield from pipeline.check_views(states)


def _run_server(names: tuple[str, ...], server: CheckFunction, checks: Checks, now: datetime) -> list[Check]:
    """Check a server, then run the check functions in `checks`, which depend on this server.

    Each key of `checks` contains the names of the checks that its function makes. If the server is down, the
    functions are not run, and a failed check is returned for each of these names.
    """
    found = _run_check(names, server, now)
    for names, function in checks.items():
        if found[0].ok:
            found += _run_check(names, function, now)
        else:
            found += [Check(name, False, f"unknown: {found[0].name} is down") for name in names]
    return found


def _run_check(names: tuple[str, ...], function: CheckFunction, now: datetime) -> list[Check]:
    """Run a check function and return its checks. `names` are the names of these checks.

    If a Redis or database error occurs, a failed check is returned for each name.
    """
    try:
        return list(function(now))
    except RedisError as error:
        hint = "start Redis, or correct REDIS_URL"
        detail = f"Redis does not respond: {first_line(error)}"
        seen = pipeline.last_seen()
        return [Check(name, False, detail, hint, since=seen.get(name)) for name in names]
    except (DatabaseError, psycopg.Error) as error:
        is_down = function is database.server
        hint = "start PostgreSQL, or correct DATABASE_URL" if is_down else "run `manage.py migrate`"
        return [Check(name, False, first_line(error), hint) for name in names]


def notes() -> Iterator[Check]:
    """Yield notes on settings that suit development but not a public server."""
    hint = "set DEBUG=false in production"
    yield _note("DEBUG", not settings.DEBUG, "on" if settings.DEBUG else "off", hint)
    detail = "set" if settings.CRON_SECRET else "unset: the cron endpoint returns 503"
    hint = "set CRON_SECRET to let a cron service refresh the statistics"
    yield _note("CRON_SECRET", bool(settings.CRON_SECRET), detail, hint)
    detail = ", ".join(settings.ALLOWED_HOSTS)
    hint = "list the hosts instead of *"
    yield _note("ALLOWED_HOSTS", "*" not in settings.ALLOWED_HOSTS, detail, hint)
    behind_tls = settings.SESSION_COOKIE_SECURE
    detail = "cookies are sent over TLS only" if behind_tls else "off"
    yield _note("BEHIND_TLS", behind_tls, detail, "set BEHIND_TLS=true behind a proxy with TLS")
    lease = settings.JOB_LEASE.total_seconds()
    detail = f"{lease:.0f} s, JOB_TIMEOUT is {settings.JOB_TIMEOUT} s"
    hint = "a job may run twice: set JOB_LEASE above JOB_TIMEOUT"
    yield _note("JOB_LEASE", lease > settings.JOB_TIMEOUT, detail, hint)


def _note(name: str, ok: bool, detail: str, hint: str) -> Check:
    return Check(name, ok, detail, hint, note=True)
