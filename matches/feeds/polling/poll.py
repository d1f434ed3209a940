"""Poll a subscription: fetch, ingest, schedule the next poll. Used by the job, the command and the admin."""

from datetime import datetime, timedelta

from django.db import transaction

from core.pipeline import ledger
from core.pipeline.models import JobRun
from matches.feeds.polling.fetch import FetchResult, fetch
from matches.feeds.polling.poll_times import NextPoll, after_failure, next_poll
from matches.feeds.sync.ingest import IngestResult, ingest
from matches.models import FeedSubscription

POLL = "poll_feed"


def poll(
    subscription: FeedSubscription, *, now: datetime, whole: bool = False, dry_run: bool = False
) -> IngestResult:
    """Fetch at once, on a user's request, and ingest the response. Must not be called in a transaction.

    `dry_run`: the request is made and counts against the rate limit, but nothing in the response is stored.
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
    """Compute the time of the next poll and store it in the subscription."""
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
    """Enqueue a poll, due now or at `at`; a queued poll that is due later is brought forward."""
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
