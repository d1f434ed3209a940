"""Looking at everything that the service stands on; each check says what to do where something is wrong."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import django_rq
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from redis.exceptions import RedisError

from config.commands import database_name, first_line
from config.pipeline import health
from stats.staleness import view_states

CLOCK_SKEW = 5  # seconds between our clock and the database's: locks and leases compare the two
START_WORKERS = "start the processes of the Procfile"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. A `note` is advice: it does not make the service unwell."""

    name: str
    ok: bool
    detail: str
    hint: str = ""
    note: bool = False


def checkup(*, now: datetime) -> list[Check]:
    """Every check, in the order in which trouble is best repaired."""
    checks = [*_try("database", database, now)]
    if checks[0].ok:
        for name, look in (("migrations", migrations), ("ledger", ledger), ("views", views)):
            checks += _try(name, look, now)
    for name, look in (("redis", redis), ("workers", workers), ("scheduler", scheduler)):
        checks += _try(name, look, now)
        if not checks[-1].ok and name == "redis":
            break
    return [*checks, *settings_notes()]


def _try(name: str, look: Callable[[datetime], Iterable[Check]], now: datetime) -> list[Check]:
    """Look, and turn an unreachable server into a failed check."""
    try:
        return list(look(now))
    except RedisError as error:
        return [
            Check(
                name,
                False,
                f"Redis does not answer: {first_line(error)}",
                "start Redis, or correct REDIS_URL",
            )
        ]
    except DatabaseError as error:
        hint = "start PostgreSQL or correct DATABASE_URL" if name == "database" else "run `manage.py migrate`"
        return [Check(name, False, first_line(error), hint)]


def database(now: datetime) -> Iterable[Check]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp(), current_setting('server_version')")
        clock, version = cursor.fetchone()
    skew = abs((clock - timezone.now()).total_seconds())
    yield Check("database", True, f"{database_name()}, PostgreSQL {version}")
    yield Check(
        "clock", skew < CLOCK_SKEW, f"{skew:.1f} s from the database's clock", "synchronise the clocks (NTP)"
    )


def migrations(now: datetime) -> Iterable[Check]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in missing[:5])
    detail = f"{len(missing)} not applied: {names}" if missing else "all applied"
    yield Check("migrations", not missing, detail, "run `manage.py migrate`")


def ledger(now: datetime) -> Iterable[Check]:
    """The reconciler's heartbeat, and jobs that nobody fetches."""
    silent = health.reconciler_silent_for(now=now)
    alive = silent is not None and silent < health.RECONCILER_SILENT.total_seconds()
    detail = "never seen" if silent is None else f"last pass {silent:.0f} s ago"
    yield Check("reconciler", alive, detail, "start `manage.py reconcile_jobs --loop`")
    for load in health.queue_loads(now=now):
        late = load.overdue_by(now)
        punctual = late < health.OVERDUE.total_seconds()
        detail = f"{load.waiting} waiting, {load.running} running" + (
            f", oldest {late:.0f} s late" if late else ""
        )
        yield Check(f"queue {load.name}", punctual, detail, f"is a worker on {load.name} alive? See below")
        if load.failed_today:
            hint = "read the errors in the admin, then retry"
            yield Check(f"failed jobs, {load.name}", False, f"{load.failed_today} in 24 h", hint, note=True)


def views(now: datetime) -> Iterable[Check]:
    for state in view_states(now=now):
        detail = f"{state.state}, {state.waiting} settlements not shown" if state.waiting else state.state
        yield Check(f"view {state.view}", state.state != "stale", detail, "run `manage.py refresh_views`")


def redis(now: datetime) -> Iterable[Check]:
    server = django_rq.get_connection("scoring")
    server.ping()
    info = server.info("server")
    yield Check(
        "redis",
        True,
        f"{info.get('server_name', 'redis')} {info.get('valkey_version', info['redis_version'])}",
    )


def workers(now: datetime) -> Iterable[Check]:
    """One check a queue: the youngest heartbeat of its workers."""
    seen = health.workers()
    for queue in settings.RQ_QUEUES:
        beats = [
            worker.beat_at
            for worker in seen
            if queue in worker.queues and worker.is_alive(now) and worker.beat_at
        ]
        detail = (
            f"{len(beats)} alive, heartbeat {(now - max(beats)).total_seconds():.0f} s ago"
            if beats
            else "none"
        )
        yield Check(
            f"worker {queue}", bool(beats), detail, f"run `manage.py rqworker {queue}`, or {START_WORKERS}"
        )


def scheduler(now: datetime) -> Iterable[Check]:
    alive = health.schedulers()
    detail = f"{alive} alive" if alive else "none: delays and retries wait for the reconciler"
    yield Check("scheduler", alive > 0, detail, f"run `manage.py rqscheduler -i 1`, or {START_WORKERS}")


def settings_notes() -> list[Check]:
    """Settings that are right for a laptop and wrong for the internet."""
    behind_tls = settings.SESSION_COOKIE_SECURE
    return [
        Check(
            "DEBUG",
            not settings.DEBUG,
            "on" if settings.DEBUG else "off",
            "set DEBUG=false in production",
            True,
        ),
        Check(
            "CRON_SECRET",
            bool(settings.CRON_SECRET),
            "set" if settings.CRON_SECRET else "unset: the cron endpoint answers 503",
            "set CRON_SECRET if a cron service shall refresh the stats",
            True,
        ),
        Check(
            "ALLOWED_HOSTS",
            "*" not in settings.ALLOWED_HOSTS,
            ", ".join(settings.ALLOWED_HOSTS),
            "name the hosts instead of *",
            True,
        ),
        Check(
            "BEHIND_TLS",
            behind_tls,
            "cookies travel over TLS only" if behind_tls else "off",
            "set BEHIND_TLS=true once TLS is in front",
            True,
        ),
    ]
