"""Health checks of PostgreSQL: the server and its clock, migrations, stored times."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from core.management.base import database_name
from core.pipeline import clock
from ops.doctor.check import CLOCK_SKEW, SYNCHRONISE, Check
from ops.health import dependencies


def server(now: datetime) -> Iterable[Check]:
    """Check that the database responds, and that its clock agrees with this machine's."""
    dependencies.applied_migrations()  # times out if the server hangs; Django's connection would block
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp(), current_setting('server_version')")
        time, version = cursor.fetchone()
    skew = abs((time - timezone.now()).total_seconds())
    yield Check("database", True, f"{database_name()}, PostgreSQL {version}")
    yield Check("clock", skew < CLOCK_SKEW, f"{skew:.1f} s from the database's clock", SYNCHRONISE)


def migrations(now: datetime) -> Iterable[Check]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in missing[:5])
    detail = f"{len(missing)} not applied: {names}" if missing else "all applied"
    yield Check("migrations", not missing, detail, "run `manage.py migrate`")


def times(now: datetime) -> Iterable[Check]:
    """Check for stored times that delay jobs because a clock was ahead when they were written."""
    yield _times(clock.faults(now=now))


def job_times(now: datetime) -> Iterable[Check]:
    """Check the times of jobs only."""
    yield _times(clock.job_faults(now=now))


def _times(faults: Iterable[clock.WrongTimes]) -> Check:
    counted = [(fault.rows.count(), fault.text) for fault in faults]
    found = "; ".join(f"{count} {text}" for count, text in counted if count)
    detail = f"{found} (a clock was ahead)" if found else "none too far ahead"
    return Check("times", not found, detail, "check the clocks, then run `manage.py reconcile_jobs`")
