"""Job and sweep that review reported results again, e.g. results that waited for a second feed."""

from datetime import datetime, timedelta

import structlog
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from django.utils import timezone

from core.pipeline import registry
from core.pipeline.models import JobRun
from core.pipeline.runner import Skip
from matches.feeds.sync.agreement_rules import Record, Wait
from matches.feeds.sync.issues import Problems
from matches.feeds.sync.reported_results import (
    REVIEW_RESULT,
    contested_snapshots,
    decision_on,
    longest_settle_wait,
    reported_results_of,
    reporting_snapshots,
    review,
    schedule_review,
)
from matches.models import Match
from matches.result import InvalidResult
from matches.services.results import UnknownMatch

log = structlog.get_logger("feeds")

GAVE_UP = timedelta(minutes=15)  # after a review that recorded nothing
MATCHES_PER_SWEEP = 500


@registry.job(queue="feeds", longest_wait=longest_settle_wait)
def settle_result(*, run: JobRun) -> None:
    """Review the reported results of a match, e.g. when the wait for a second feed is over."""
    match_id, now = int(run.key), timezone.now()
    try:
        decision = review(match_id, now=now)
    except UnknownMatch as gone:
        raise Skip(str(gone)) from gone
    except InvalidResult as invalid:
        _store_problems(match_id, str(invalid))
    else:
        log.info("reported results reviewed", decision=type(decision).__name__)


def _store_problems(match_id: int, text: str) -> None:
    """Store `text` as a problem of each feed that reports a result of this match."""
    for snapshot in reporting_snapshots().filter(link__match=match_id).select_related("subscription"):
        problems = Problems(snapshot.subscription)
        problems.add(snapshot.external_id, text)
        problems.store(now=timezone.now(), only_about=[snapshot.external_id])


def sweep_reported_results(now: datetime) -> int:
    """Queue reviews of matches with a reported result that can be recorded or waits for a second feed.

    Leaves out matches with a queued or running review, or with one that finished a short time ago. Returns
    the number of reviews.
    """
    about = JobRun.objects.filter(
        kind=REVIEW_RESULT, key=Cast(OuterRef("link__match"), CharField()), state__in=JobRun.OPEN
    )
    waiting = (
        contested_snapshots()
        .filter(~Exists(about))
        .order_by("link__match")
        .values_list("link__match", flat=True)
    )
    matches = Match.objects.filter(pk__in=list(waiting.distinct()[:MATCHES_PER_SWEEP]))
    reports, queued = reported_results_of(match.pk for match in matches), 0
    for match in matches.select_related("season__competition"):
        decision = decision_on(match, reports.get(match.pk, []), now=now)
        if isinstance(decision, Record | Wait) and not _failed_recently(match, now):
            schedule_review(match.pk, now=now, at=decision.until if isinstance(decision, Wait) else now)
            queued += 1
    return queued


def _failed_recently(match: Match, now: datetime) -> bool:
    """Return True if a review of the match finished within the last GAVE_UP and recorded nothing.

    Requires a match that still needs a review: this shows that the finished review recorded nothing.
    """
    lately = (now - GAVE_UP, now)
    return JobRun.objects.filter(kind=REVIEW_RESULT, key=str(match.pk), finished_at__range=lately).exists()
