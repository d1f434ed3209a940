"""The scoring app's job, and the only doors to it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.utils import timezone

from config.pipeline import kinds, ledger
from config.pipeline.models import JobRun
from config.pipeline.runner import Skip
from matches.models import Match
from matches.statuses import SETTLED
from scoring import services
from scoring.models import Settlement
from scoring.signals import match_scored

log = structlog.get_logger("scoring")

RECENT = timedelta(days=2)


@kinds.job(queue="scoring")
def score_match(*, run: JobRun) -> None:
    """Settle one match on its newest result, then let the apps above know."""
    match_id = int(run.key)
    if not services.score_match(match_id=match_id, settled_at=timezone.now()):
        raise Skip("The match is settled on its newest result already.")
    log.info("match settled")
    match_scored.send(sender=Settlement, match_id=match_id, run=run)


def request_scoring(matches: Iterable[Match], *, now: datetime) -> list[int]:
    """Ask for these matches to be settled. Matches of today go before archive work."""
    wanted: dict[int, dict[str, str]] = {JobRun.Priority.TODAY: {}, JobRun.Priority.ARCHIVE: {}}
    for match in matches:
        is_recent = abs(now - match.kickoff_at) < RECENT
        priority = JobRun.Priority.TODAY if is_recent else JobRun.Priority.ARCHIVE
        wanted[priority][str(match.pk)] = f"match:{match.pk}"
    return [
        run_id
        for priority, subjects in wanted.items()
        if subjects
        for run_id in ledger.enqueue("score_match", subjects, now=now, priority=priority)
    ]


def sweep_unsettled(now: datetime) -> int:
    """Queue every match whose newest result is not settled, or whose settlement lost its result."""
    current = Settlement.objects.filter(match=OuterRef("pk"), superseded_at__isnull=True)
    newest = current.filter(result_version=OuterRef("result_version"))
    # In the same statement, hence the same snapshot: a match recorded meanwhile has both or neither.
    asked = JobRun.objects.filter(
        kind="score_match", key=Cast(OuterRef("pk"), CharField()), state__in=JobRun.OPEN
    )
    missing = Match.objects.filter(
        Q(status__in=SETTLED) & ~Exists(newest) | ~Q(status__in=SETTLED) & Exists(current), ~Exists(asked)
    )
    return len(request_scoring(missing.only("pk", "kickoff_at")[:1000], now=now))
