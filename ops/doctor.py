"""Health checks of the whole installation; each includes a hint on how to fix a failure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import django_rq
import psycopg
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q
from django.utils import timezone
from redis.exceptions import RedisError

from core.management.base import database_name, first_line
from core.pipeline import clock, health
from matches.commitments import rfc3161, service
from matches.feeds.sync.issues import open_problems
from matches.llm import readiness
from matches.models import Commitment, FeedSubscription
from ops.health import dependencies
from ops.overdue import alarming, overdue_matches
from ops.overdue import overdue as overdue_first
from stats.refresh import matviews
from stats.refresh.view_state import ViewState, view_states

NOT_ASKED = timedelta(minutes=10)  # past its due time; the worker on `feeds` may be dead
CLOCK_SKEW = 5  # tolerated seconds between clocks: locks, leases and heartbeats compare their times
COMMITMENTS = 50  # the newest; checking one reads all predictions of its match
START_WORKERS = "start the processes of the Procfile"
SYNCHRONISE = "synchronise the clocks (NTP)"


@dataclass(frozen=True, slots=True)
class Check:
    """Result of one health check. A `note` is advice only and does not count as a failure.

    `since`: the start of the problem, if known.
    """

    name: str
    ok: bool
    detail: str
    hint: str = ""
    note: bool = False
    since: datetime | None = None


Look = Callable[[datetime], Iterable[Check]]
Looks = dict[tuple[str, ...], Look]  # names of the checks that a function yields -> the function


def run_checks(*, now: datetime) -> list[Check]:
    """Run all checks, in the order in which problems are best fixed.

    Checks that depend on an unreachable server fail as well.
    """
    checks = _run_check(("database",), database, now)
    checks += _run_group(_in_the_database(), now, unless=checks[0])
    server = _run_check(("redis",), redis, now)
    return [*checks, *server, *_run_group(_in_redis(), now, unless=server[0]), *settings_notes()]


def pipeline_checks(*, now: datetime, states: Iterable[ViewState]) -> Iterator[Check]:
    """Run the checks of the pipeline from result to page, the likeliest cause of problems first.

    The worker and scheduler checks are skipped while Redis is down. Raises DatabaseError.
    """
    (server,) = _run_check(("redis",), redis, now)
    yield server
    if server.ok:
        yield from _run_group(_in_redis(), now)
    yield from reconciler(now)
    yield _times(clock.job_faults(now=now))
    yield from queues(now)
    yield from _views(states)


def _in_the_database() -> Looks:
    return {
        ("migrations",): migrations,
        ("reconciler",): reconciler,
        ("times",): times,
        tuple(f"queue {name}" for name in settings.RQ_QUEUES): queues,
        tuple(f"view {name}" for name in matviews.IN_ORDER): views,
        ("overdue matches",): overdue,
        ("commitments",): committed,
        ("timestamps",): stamped,
        ("feeds",): feeds,
        ("language models",): language_models,
    }


def _in_redis() -> Looks:
    return {tuple(f"worker {name}" for name in settings.RQ_QUEUES): workers, ("scheduler",): scheduler}


def _run_group(looks: Looks, now: datetime, *, unless: Check | None = None) -> list[Check]:
    if unless and not unless.ok:
        return [Check(name, False, f"unknown: {unless.name} is down") for names in looks for name in names]
    return [check for names, look in looks.items() for check in _run_check(names, look, now)]


def _run_check(names: tuple[str, ...], look: Look, now: datetime) -> list[Check]:
    """Run one check function; if a server is unreachable, return failed checks instead."""
    try:
        return list(look(now))
    except RedisError as error:
        hint = "start Redis, or correct REDIS_URL"
        detail = f"Redis does not answer: {first_line(error)}"
        seen = _last_seen()
        return [Check(name, False, detail, hint, since=seen.get(name)) for name in names]
    except (DatabaseError, psycopg.Error) as error:
        hint = "start PostgreSQL or correct DATABASE_URL" if look is database else "run `manage.py migrate`"
        return [Check(name, False, first_line(error), hint) for name in names]


def _last_seen() -> dict[str, datetime]:
    """Return when the reconciler last saw each process alive; empty if the database is down as well."""
    try:
        return health.last_seen()
    except (DatabaseError, psycopg.Error):
        return {}


def database(now: datetime) -> Iterable[Check]:
    dependencies.applied_migrations()  # times out if the server hangs; Django's connection would block
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp(), current_setting('server_version')")
        clock, version = cursor.fetchone()
    skew = abs((clock - timezone.now()).total_seconds())
    yield Check("database", True, f"{database_name()}, PostgreSQL {version}")
    yield Check("clock", skew < CLOCK_SKEW, f"{skew:.1f} s from the database's clock", SYNCHRONISE)


def migrations(now: datetime) -> Iterable[Check]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in missing[:5])
    detail = f"{len(missing)} not applied: {names}" if missing else "all applied"
    yield Check("migrations", not missing, detail, "run `manage.py migrate`")


def reconciler(now: datetime) -> Iterable[Check]:
    last_pass_at = health.last_seen().get("reconciler")
    silent = (now - last_pass_at).total_seconds() if last_pass_at else None
    alive = silent is not None and abs(silent) < health.RECONCILER_SILENT.total_seconds()
    detail = "never seen" if silent is None else f"last pass {silent:.0f} s ago"
    if silent is not None and silent < -CLOCK_SKEW:
        detail = f"last pass {-silent:.0f} s in the future: its clock was ahead"
    hint = "start `manage.py reconcile_jobs --loop`"
    yield Check("reconciler", alive, detail, hint, since=last_pass_at)


def times(now: datetime) -> Iterable[Check]:
    """Check for stored times that delay jobs because a clock was ahead when they were written."""
    yield _times(clock.faults(now=now))


def _times(faults: Iterable[clock.WrongTimes]) -> Check:
    counted = [(fault.rows.count(), fault.text) for fault in faults]
    found = "; ".join(f"{count} {text}" for count, text in counted if count)
    detail = f"{found} (a clock was ahead)" if found else "none too far ahead"
    return Check("times", not found, detail, "check the clocks, then run `manage.py reconcile_jobs`")


def queues(now: datetime) -> Iterable[Check]:
    """Check each queue for overdue jobs and for jobs that failed within 24 hours."""
    for load in health.queue_loads(now=now):
        late = load.overdue_by(now)
        oldest = f", oldest {late:.0f} s late" if late else ""
        detail = f"{load.waiting} waiting, {load.running} running{oldest}"
        hint = f"is a worker on {load.name} alive? See below"
        yield Check(f"queue {load.name}", not load.is_overdue(now), detail, hint, since=load.oldest_due_at)
        if load.failed_today:
            hint = "read the errors in the admin, then retry"
            yield Check(f"failed jobs, {load.name}", False, f"{load.failed_today} in 24 h", hint, note=True)


def views(now: datetime) -> Iterable[Check]:
    return _views(view_states(now=now))


def _views(states: Iterable[ViewState]) -> Iterator[Check]:
    for state in states:
        detail = f"{state.state}, {state.waiting} changes not shown" if state.waiting else state.state
        hint = "run `manage.py refresh_views`"
        since = state.waiting_since
        yield Check(f"view {state.view}", state.state != "stale", detail, hint, since=since)


def overdue(now: datetime) -> Iterable[Check]:
    """Check for matches without a result long after kickoff. Suspended ones are listed, but do not fail."""
    count, worst = overdue_matches(now).count(), overdue_first(now, limit=3)
    named = "; ".join(f"{late.match} (id {late.match.pk}): {late.text}" for late in worst)
    more = f"; and {count - len(worst)} more" if count > len(worst) else ""
    hint = worst[0].to_do if worst else ""
    yield Check(
        "overdue matches", not alarming(now).exists(), f"{count}: {named}{more}" if count else "none", hint
    )


def committed(now: datetime) -> Iterable[Check]:
    """Check that the predictions of the newest commitments still hash to the published roots."""
    broken = service.broken(Commitment.objects.order_by("-pk")[:COMMITMENTS])
    named = ", ".join(f"match {each.match_id}, commitment {each.number}" for each in broken[:5])
    hint = "somebody changed predictions past the triggers: find out who, and restore them from a backup"
    detail = f"{len(broken)} broken: {named}" if broken else "all lead to their roots"
    yield Check("commitments", not broken, detail, hint)


def stamped(now: datetime) -> Iterable[Check]:
    """Check that the configured timestamp authority can be used."""
    if not settings.TSA_URL:
        yield Check("timestamps", True, "no authority is named")
        return
    fault = rfc3161.fault()
    yield Check("timestamps", not fault, fault or settings.TSA_URL, "see docs/proofs.md", note=True)


def feeds(now: datetime) -> Iterable[Check]:
    """Check for feeds that fail or were not fetched when due. Open feed problems are a note only."""
    active = FeedSubscription.objects.filter(active=True, season__closed_at__isnull=True)
    silent = active.filter(Q(failures__gte=3) | Q(next_due_at__lt=now - NOT_ASKED)).select_related("feed")
    named = "; ".join(f"{each}: {each.error or 'not asked, though it is due'}" for each in silent[:3])
    detail = named or f"{active.count()} subscriptions"
    yield Check("feeds", not silent, detail, "look at Feed subscriptions and Feed problems in the admin")
    if count := open_problems().count():
        yield Check("feed problems", False, f"{count} open", "look at Feed problems in the admin", note=True)


def language_models(now: datetime) -> Iterable[Check]:
    """Check the configuration of enabled LLM endpoints.

    Failures are notes only: the workers may run with different environment variables.
    """
    endpoints = list(readiness.enabled())
    yield Check("language models", True, f"{len(endpoints)} to be asked" if endpoints else "none is asked")
    for endpoint in endpoints:
        if fault := readiness.fault_of(endpoint):
            yield Check(f"language model of {endpoint}", False, fault, "see docs/forecasters.md", note=True)


def redis(now: datetime) -> Iterable[Check]:
    server = django_rq.get_connection("scoring")
    server.ping()
    info = server.info("server")
    version = info.get("valkey_version", info["redis_version"])
    yield Check("redis", True, f"{info.get('server_name', 'redis')} {version}")


def workers(now: datetime) -> Iterable[Check]:
    """Check that each queue has a live worker; dead workers are counted in the detail."""
    seen = _last_seen()
    for queue, crew in health.workers_by_queue(now=now).items():
        silent = (now - crew.beat_at).total_seconds() if crew.beat_at else 0.0
        beat = f", heartbeat {max(0.0, silent):.0f} s ago" if crew.beat_at else ""
        dead = f", {crew.dead} dead" if crew.dead else ""
        hint = f"run `manage.py rqworker {queue}`, or {START_WORKERS}"
        detail = f"{crew.alive or 'none'} alive{beat}{dead}"
        since = None if crew.alive else crew.silent_since or seen.get(f"worker {queue}")
        yield Check(f"worker {queue}", crew.alive > 0, detail, hint, since=since)
        if silent < -CLOCK_SKEW:
            detail = f"a worker on {queue} is {-silent:.0f} s ahead of us"
            yield Check(f"clock of worker {queue}", False, detail, SYNCHRONISE)


def scheduler(now: datetime) -> Iterable[Check]:
    alive = health.schedulers()
    detail = f"{alive} alive" if alive else "none: delays and retries wait for the reconciler"
    hint = f"run `manage.py rqscheduler --interval 1 --queue content`, or {START_WORKERS}"
    yield Check("scheduler", alive > 0, detail, hint, since=_last_seen().get("scheduler"))


def settings_notes() -> list[Check]:
    """Check settings that suit development but not a public server."""
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
        Check(
            "JOB_LEASE",
            settings.JOB_LEASE.total_seconds() > settings.JOB_TIMEOUT,
            f"{settings.JOB_LEASE.total_seconds():.0f} s, JOB_TIMEOUT is {settings.JOB_TIMEOUT} s",
            "a job may be done twice: set JOB_LEASE above JOB_TIMEOUT",
            True,
        ),
    ]
