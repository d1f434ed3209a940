"""Sweeps of the reconciler: subscriptions without a scheduled poll, reported results without a review."""

from datetime import datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast

from core.pipeline import clock
from core.pipeline.models import JobRun
from matches.feeds.polling import rate_limit
from matches.feeds.polling.poll import POLL, request_poll
from matches.feeds.polling.poll_times import ENDING, OVERDUE
from matches.feeds.sync.agreement_rules import Record, Wait
from matches.feeds.sync.reported_results import (
    SETTLE,
    contested_snapshots,
    decision_on,
    reported_results_of,
    schedule_review,
)
from matches.models import FeedSubscription, Match
from matches.statuses import SCHEDULED_OR_LIVE

GAVE_UP = timedelta(minutes=15)  # after a poll that failed for good, or was cancelled
MATCHES_PER_SWEEP = 500


def sweep_polls(now: datetime) -> int:
    """Queue a poll for each active subscription without one, and bring forward polls that are due too late.

    A poll is too late if a match should be ending and the feed was not polled since (its kickoff was moved),
    or if the last poll is dated in the future (the clock was ahead), as the next one was planned from that.
    """
    run = JobRun.objects.filter(kind=POLL, key=Cast(OuterRef("pk"), CharField()))
    gave_up = run.filter(
        state__in=[JobRun.State.FAILED, JobRun.State.CANCELLED], finished_at__range=(now - GAVE_UP, now)
    )
    active = FeedSubscription.objects.filter(active=True, season__closed_at__isnull=True)
    forgotten = active.filter(~Exists(run.filter(state__in=JobRun.OPEN)), ~Exists(gave_up))
    queued = 0
    for subscription in active.filter(asked_at__gt=now + clock.TOLERANCE):
        queued += len(request_poll(subscription, now=now, urgent=False))
    for subscription in forgotten:
        queued += len(request_poll(subscription, now=now, at=_due(subscription, now), urgent=False))
    late = active.filter(_is_ending(now), Exists(run.filter(state=JobRun.State.QUEUED, due_at__gt=now)))
    for subscription in late.select_related("feed"):
        if all(rate_limit.left(subscription.feed, now=now)):
            queued += len(request_poll(subscription, now=now))
    return queued


def _due(subscription: FeedSubscription, now: datetime) -> datetime:
    return max(subscription.next_due_at or now, now)


def _is_ending(now: datetime) -> Q:
    """Condition: a match should be ending, the feed was not polled since, is not paused and did not fail."""
    ending = Match.objects.filter(
        season=OuterRef("season"),
        status__in=SCHEDULED_OR_LIVE,
        kickoff_at__gt=now - OVERDUE,
        kickoff_at__lte=now - ENDING,
    ).filter(kickoff_at__gt=OuterRef("asked_at") - ENDING)
    rested = Q(feed__paused_until__isnull=True) | Q(feed__paused_until__lte=now)
    return Q(Exists(ending)) & rested & Q(failures=0)


def sweep_reported_results(now: datetime) -> int:
    """Queue missing reviews of reported results that can be recorded, or that wait for a second feed."""
    about = JobRun.objects.filter(
        kind=SETTLE, key=Cast(OuterRef("link__match"), CharField()), state__in=JobRun.OPEN
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
    """Return True if a review finished recently and recorded nothing: the feed problem is shown already."""
    lately = (now - GAVE_UP, now)
    return JobRun.objects.filter(kind=SETTLE, key=str(match.pk), finished_at__range=lately).exists()
