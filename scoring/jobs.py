"""Scoring job and the functions that enqueue it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.utils import timezone

from core.pipeline import ledger, registry
from core.pipeline.models import JobRun, match_subject
from core.pipeline.runner import Skip
from matches.models import Match, ResultRevision
from matches.statuses import SETTLED
from scoring import services
from scoring.models import Settlement
from scoring.signals import match_scored

log = structlog.get_logger("scoring")

RECENT = timedelta(days=2)
SWEPT_PER_PASS = 1000


@registry.job(queue="scoring")
def score_match(*, run: JobRun) -> None:
    """Settle one match with its newest result, then send `match_scored`. Raises Skip if nothing changed."""
    match_id = int(run.key)
    if not services.score_match(match_id=match_id, settled_at=timezone.now()):
        raise Skip("The match is already settled with its newest result.")
    log.info("match settled")
    match_scored.send(sender=Settlement, match_id=match_id, run=run)


def request_scoring(matches: Iterable[Match], *, now: datetime) -> list[int]:
    """Enqueue scoring of these matches; return the ids of the jobs.

    Matches with a kickoff in the last two days or in the future have priority over older ones.
    """
    wanted: dict[int, dict[str, str]] = {JobRun.Priority.TODAY: {}, JobRun.Priority.ARCHIVE: {}}
    for match in matches:
        is_recent = match.kickoff_at > now - RECENT
        priority = JobRun.Priority.TODAY if is_recent else JobRun.Priority.ARCHIVE
        wanted[priority][str(match.pk)] = match_subject(match.pk)
    return [
        run_id
        for priority, subjects in wanted.items()
        if subjects
        for run_id in ledger.enqueue("score_match", subjects, now=now, priority=priority)
    ]


def sweep_unsettled(now: datetime) -> int:
    """Enqueue scoring of matches whose points are outdated; return the number of jobs.

    These are matches whose newest result is final but not settled, and matches with a settlement although
    their result is not final. A match is skipped if its job failed permanently, or was cancelled, after the
    newest result: the failure stays visible until an operator retries the job or the result changes.
    """
    current = Settlement.objects.filter(match=OuterRef("pk"), superseded_at__isnull=True)
    newest = current.filter(result_version=OuterRef("result_version"))
    # One statement, hence one snapshot: a result recorded concurrently is seen with its job, or not at all.
    missing = Match.objects.filter(
        Q(status__in=SETTLED) & ~Exists(newest) | ~Q(status__in=SETTLED) & Exists(current),
        ~Exists(_runs().filter(state__in=JobRun.OPEN)),
        ~Exists(_given_up(now)),
    )
    return len(request_scoring(missing.only("pk", "kickoff_at")[:SWEPT_PER_PASS], now=now))


def _runs() -> QuerySet[JobRun]:
    return JobRun.objects.filter(kind="score_match", key=Cast(OuterRef("pk"), CharField()))


def _given_up(now: datetime) -> QuerySet[JobRun]:
    """Return jobs that failed or were cancelled after the newest result of their match.

    If the newest result has a time in the future, all failed and cancelled jobs of the match are included.
    """
    recorded = ResultRevision.objects.filter(match=OuterRef(OuterRef("pk"))).order_by("-version")
    failed = _runs().filter(state__in=JobRun.GIVEN_UP)
    since = failed.annotate(result_at=Subquery(recorded.values("recorded_at")[:1]))
    return since.filter(Q(finished_at__gte=F("result_at")) | Q(result_at__gt=now))
