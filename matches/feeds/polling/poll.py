"""Poll a subscription: fetch, ingest, schedule the next poll. Used by the job, the command and the admin.

`sweep_polls` repairs the schedule: it queues missing polls and brings forward polls that are due too late.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.utils import timezone

from core.pipeline import clock, ledger, registry
from core.pipeline.models import JobRun
from core.pipeline.runner import Skip
from matches.feeds.polling import rate_limit
from matches.feeds.polling.fetch import FetchResult, fetch
from matches.feeds.polling.poll_times import (
    ENDING,
    OVERDUE,
    NextPoll,
    after_failure,
    longest_pause,
    next_poll,
)
from matches.feeds.sync.ingest import IngestResult, ingest
from matches.models import FeedSubscription, Match
from matches.statuses import SCHEDULED_OR_LIVE

log = structlog.get_logger("feeds")

POLL = "poll_feed"
GAVE_UP = timedelta(minutes=15)  # after a poll that failed for good, or was cancelled


def poll(
    subscription: FeedSubscription, *, now: datetime, whole: bool = False, dry_run: bool = False
) -> IngestResult:
    """Fetch the season now, on a user's request, and ingest the response.

    Must not be called in a transaction. If the fetch failed, the returned result contains the error. A dry
    run sends the request, which counts against the rate limit, but stores nothing from the response.
    """
    fetched = fetch(subscription, urgent=True, now=now, whole=whole or dry_run)
    with transaction.atomic():
        result = ingest(fetched, now=now)
        planned = plan_next(fetched, result, now=now)
        if result.check_at:
            request_poll(subscription, now=now, at=planned.due_at)
        transaction.set_rollback(dry_run)
    return result


def plan_next(fetched: FetchResult, result: IngestResult, *, now: datetime) -> NextPoll:
    """Compute the time of the next poll, store it in the subscription, and return it."""
    subscription = result.subscription
    planned = next_poll(subscription, now=now)
    if fetched.limit:
        planned = NextPoll(max(fetched.limit.until, now + timedelta(seconds=1)), planned.urgent)
    elif fetched.error:
        again = after_failure(subscription, fetched.wait, now=now)
        planned = NextPoll(again, planned.urgent)
    elif result.check_at:
        planned = NextPoll(min(planned.due_at, result.check_at), urgent=True)
    subscription.next_due_at = planned.due_at
    subscription.save(update_fields=["next_due_at"])
    return planned


def request_poll(
    subscription: FeedSubscription,
    *,
    now: datetime,
    at: datetime | None = None,
    urgent: bool = True,
    cause: JobRun | None = None,
) -> list[int]:
    """Queue a poll of the subscription at `at` (default: now); return a list with the id of its job run.

    If a poll is already queued for a later time, bring that poll forward instead.
    """
    due_at = at or now
    priority = JobRun.Priority.TODAY if urgent else JobRun.Priority.ARCHIVE
    key = str(subscription.pk)
    run_ids = ledger.enqueue(
        POLL,
        {key: f"subscription:{key}"},
        now=now,
        delay=max(timedelta(0), due_at - now),
        priority=priority,
        triggered_by=cause,
    )
    ledger.hasten(run_ids, due_at=due_at)
    return run_ids


def _fetch(run: JobRun) -> FetchResult:
    """Fetch the season of the job's subscription. Runs before the transaction of the job begins.

    Raises Skip if the subscription is inactive or its season is closed.
    """
    wanted = FeedSubscription.objects.filter(pk=int(run.key), active=True, season__closed_at__isnull=True)
    subscription = wanted.select_related("feed").first()
    if subscription is None:
        raise Skip("The subscription is switched off, or its season is closed.")
    urgent = run.priority >= JobRun.Priority.TODAY
    return fetch(subscription, urgent=urgent, now=timezone.now())


@registry.job(queue="feeds", prepare=_fetch, longest_wait=longest_pause)
def poll_feed(*, run: JobRun, prepared: FetchResult) -> None:
    """Job: ingest the fetched response and schedule the next poll.

    If the rate limit was reached, there is no response; then this job run is postponed.
    """
    now = timezone.now()
    result = ingest(prepared, now=now)
    planned = plan_next(prepared, result, now=now)
    if prepared.limit:
        ledger.postpone(run, until=planned.due_at, now=now)
    else:
        request_poll(result.subscription, now=now, at=planned.due_at, urgent=planned.urgent, cause=run)
    log.info(
        "feed polled",
        subscription=str(result.subscription),
        error=result.error,
        problems=len(result.problems),
        next_in=round((planned.due_at - now) / timedelta(seconds=1)),
        **result.done,
    )


def sweep_polls(now: datetime) -> int:
    """Queue a poll for each active subscription without one, and bring forward polls that are due too late.

    A poll is due too late if a match has reached its expected end since the last poll. It is also due too
    late if the last poll is dated in the future: then the clock was ahead when the next poll was planned.
    Returns the number of polls queued or brought forward.
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
        if all(rate_limit.remaining_requests(subscription.feed, now=now)):
            queued += len(request_poll(subscription, now=now))
    return queued


def _due(subscription: FeedSubscription, now: datetime) -> datetime:
    return max(subscription.next_due_at or now, now)


def _is_ending(now: datetime) -> Q:
    """Return the condition that a match of a subscription reached its expected end after the last poll.

    Subscriptions whose feed is paused or whose last poll failed do not meet the condition.
    """
    ending = Match.objects.filter(
        season=OuterRef("season"),
        status__in=SCHEDULED_OR_LIVE,
        kickoff_at__gt=now - OVERDUE,
        kickoff_at__lte=now - ENDING,
    ).filter(kickoff_at__gt=OuterRef("asked_at") - ENDING)
    rested = Q(feed__paused_until__isnull=True) | Q(feed__paused_until__lte=now)
    return Q(Exists(ending)) & rested & Q(failures=0)
