"""Jobs of the feeds: poll a subscription, and review a result that waited for a second source."""

from datetime import timedelta

import structlog
from django.utils import timezone

from core.pipeline import ledger, registry
from core.pipeline.models import JobRun
from core.pipeline.runner import Skip
from matches.feeds.polling.fetch import FetchResult, fetch
from matches.feeds.polling.poll import plan_next, request_poll
from matches.feeds.polling.poll_times import longest_pause
from matches.feeds.sync.ingest import ingest
from matches.feeds.sync.issues import Problems
from matches.feeds.sync.reported_results import longest_settle_wait, reporting_snapshots, review
from matches.models import FeedSubscription
from matches.result import InvalidResult
from matches.services.results import UnknownMatch

log = structlog.get_logger("feeds")


def _fetch(run: JobRun) -> FetchResult:
    """Fetch the subscription, outside of the transaction. Raises Skip if polling it is no longer wanted."""
    wanted = FeedSubscription.objects.filter(pk=int(run.key), active=True, season__closed_at__isnull=True)
    subscription = wanted.select_related("feed").first()
    if subscription is None:
        raise Skip("The subscription is switched off, or its season is closed.")
    urgent = run.priority >= JobRun.Priority.TODAY
    return fetch(subscription, urgent=urgent, now=timezone.now())


@registry.job(queue="feeds", prepare=_fetch, longest_wait=longest_pause)
def poll_feed(*, run: JobRun, prepared: FetchResult) -> None:
    """Ingest the response and schedule the next poll; its time depends on the matches."""
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


@registry.job(queue="feeds", longest_wait=longest_settle_wait)
def settle_result(*, run: JobRun) -> None:
    """Review the reported results of a match: the wait for a second feed is over."""
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
    """Store a feed problem for each report of this match, as its result is not valid; the reports stay."""
    for snapshot in reporting_snapshots().filter(link__match=match_id).select_related("subscription"):
        problems = Problems(snapshot.subscription)
        problems.add(snapshot.external_id, text)
        problems.store(now=timezone.now(), only_about=[snapshot.external_id])
