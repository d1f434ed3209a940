"""Health checks of PostgreSQL and of the data in it.

They cover the server, its clock, migrations, stored times, overdue results, commitments of predictions, the
timestamp authority, feeds, stages and language models.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q
from django.utils import timezone

from core.management.base import database_name
from core.pipeline import clock
from matches.commitments import prediction_log, rfc3161
from matches.feeds.sync.issues import open_doubts, open_problems
from matches.llm.endpoint_config import enabled_endpoints, endpoint_error
from matches.models import Commitment, FeedSubscription
from matches.services.stages import undecided
from ops.doctor.check import CLOCK_SKEW, SYNCHRONISE, Check
from ops.health import dependencies
from ops.overdue import alarming, overdue, overdue_matches


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
    """Check that no stored time is too far in the future.

    Such times come from a machine whose clock was ahead, and they delay jobs.
    """
    yield _times(clock.faults(now=now))


def job_times(now: datetime) -> Iterable[Check]:
    """Check that no time stored with a job is too far in the future."""
    yield _times(clock.job_faults(now=now))


def _times(faults: Iterable[clock.WrongTimes]) -> Check:
    counted = [(fault.rows.count(), fault.text) for fault in faults]
    found = "; ".join(f"{count} {text}" for count, text in counted if count)
    detail = f"{found} (a clock was ahead)" if found else "no stored time is too far in the future"
    return Check("times", not found, detail, "check the clocks, then run `manage.py reconcile_jobs`")


PAGE = "Doubts and feed problems in the admin"
FEED_OVERDUE = timedelta(minutes=10)  # delay of a fetch; after that, the worker on `feeds` may be dead
COMMITMENTS = 50  # newest ones to check: each check reads all predictions of a match


def results(now: datetime) -> Iterable[Check]:
    """Check that no match is overdue, i.e. without a result long after its kickoff.

    Suspended matches are listed, but do not make the check fail.
    """
    count, worst = overdue_matches(now).count(), overdue(now, limit=3)
    named = "; ".join(f"{late.match} (id {late.match.pk}): {late.text}" for late in worst)
    more = f"; and {count - len(worst)} more" if count > len(worst) else ""
    hint = worst[0].to_do if worst else ""
    yield Check(
        "overdue matches", not alarming(now).exists(), f"{count}: {named}{more}" if count else "none", hint
    )


def commitments(now: datetime) -> Iterable[Check]:
    """Check that the stored predictions still hash to the Merkle roots of the newest commitments."""
    broken = prediction_log.tampered(Commitment.objects.order_by("-pk")[:COMMITMENTS])
    named = ", ".join(f"match {each.match_id}, commitment {each.number}" for each in broken[:5])
    hint = "predictions were changed despite the triggers: find out by whom, and restore them from a backup"
    detail = f"{len(broken)} broken: {named}" if broken else "all match their published roots"
    yield Check("commitments", not broken, detail, hint)


def timestamps(now: datetime) -> Iterable[Check]:
    """Check the configuration of the timestamp authority (TSA_URL), without sending a request to it.

    A failure is reported as a note (advice only).
    """
    if not settings.TSA_URL:
        yield Check("timestamps", True, "no authority is configured")
        return
    fault = rfc3161.configuration_error()
    yield Check("timestamps", not fault, fault or settings.TSA_URL, "see docs/proofs.md", note=True)


def feeds(now: datetime) -> Iterable[Check]:
    """Check that no active feed subscription failed three times in a row or is late for its next fetch.

    Open doubts and feed problems are reported as notes (advice only).
    """
    active = FeedSubscription.objects.filter(active=True, season__closed_at__isnull=True)
    silent = active.filter(Q(failures__gte=3) | Q(next_due_at__lt=now - FEED_OVERDUE)).select_related("feed")
    named = "; ".join(f"{each}: {each.error or 'not fetched, although it is due'}" for each in silent[:3])
    detail = named or f"{active.count()} subscriptions"
    yield Check("feeds", not silent, detail, f"see Feed subscriptions, and {PAGE}")
    doubts = open_doubts().count()
    if doubts:
        text = f"{doubts} kickoffs or results to decide on; a kickoff in doubt keeps its match locked"
        yield Check("doubts", False, text, f"confirm or reject them: see {PAGE}", note=True)
    if count := open_problems().count() - doubts:
        yield Check("feed problems", False, f"{count} open", f"see {PAGE}", note=True)


def stages(now: datetime) -> Iterable[Check]:
    """Report stages whose kind an operator has to decide, as a note (advice only)."""
    found = list(undecided().select_related("season__competition"))
    named = "; ".join(str(stage) for stage in found[:3])
    more = f"; and {len(found) - 3} more" if len(found) > 3 else ""
    detail = f"{len(found)} to decide: {named}{more}" if found else "all decided"
    yield Check("stages", not found, detail, "decide their kind in the admin, under Stages", note=True)


def language_models(now: datetime) -> Iterable[Check]:
    """Check the configuration of enabled LLM endpoints.

    Failures are notes only, because the workers may have other environment variables than this process.
    """
    endpoints = list(enabled_endpoints())
    yield Check("language models", True, f"{len(endpoints) or 'none'} enabled")
    for endpoint in endpoints:
        if fault := endpoint_error(endpoint):
            yield Check(f"language model of {endpoint}", False, fault, "see docs/forecasters.md", note=True)
