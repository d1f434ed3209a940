"""Rate limit of a feed: requests are counted in the database under a lock of the feed's row.

A request is counted before it is sent. The count is committed, so the request counts even if the worker dies
at once. No period of 60 seconds or 24 hours contains more requests than allowed. Times are those of the
database, because the clocks of the workers may differ.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from matches.models import Feed, FeedRequest, FeedSubscription

MINUTE, DAY = timedelta(seconds=60), timedelta(hours=24)
RETENTION = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class LimitReached:
    """No request is allowed before `until`: the rate limit is exhausted, or the feed is paused.

    `why` is a text for operators.
    """

    until: datetime
    why: str


def reserve(subscription: FeedSubscription, *, urgent: bool) -> FeedRequest | LimitReached:
    """Reserve one request and return it, or return LimitReached if no request is allowed now.

    Commits; must not be called in a transaction. If half of a limit is used, requests that are not urgent are
    refused, because the other half is reserved for urgent requests.
    """
    with transaction.atomic(durable=True):
        feed = Feed.objects.select_for_update(no_key=True).get(pk=subscription.feed_id)
        now = _database_time()
        # Written while the clock was ahead; dated now, they leave each window in time.
        FeedRequest.objects.filter(feed=feed, asked_at__gt=now).update(asked_at=now)
        if feed.paused_until and feed.paused_until > now:
            return LimitReached(feed.paused_until, "it is paused, as the feed requested")
        for window, limit in ((MINUTE, feed.per_minute), (DAY, feed.per_day)):
            if until := _full_until(feed, window, _share(limit, urgent=urgent), now):
                return LimitReached(until, f"the limit of {limit} in {_window_name(window)} is reached")
        return FeedRequest.objects.create(feed=feed, subscription=subscription, urgent=urgent, asked_at=now)


def _database_time() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now


def _share(limit: int, *, urgent: bool) -> int:
    return limit if urgent else max(1, limit // 2)


def _full_until(feed: Feed, window: timedelta, limit: int, now: datetime) -> datetime | None:
    """Return when a request is allowed again, or None if one is allowed now.

    At most `limit` requests are allowed in `window`.
    """
    recent = FeedRequest.objects.filter(feed=feed, asked_at__gt=now - window).order_by("-asked_at")
    oldest = recent.values_list("asked_at", flat=True)[limit - 1 : limit]
    return next((at + window for at in oldest), None)


def _window_name(window: timedelta) -> str:
    return "a minute" if window == MINUTE else "24 hours"


def pause(feed_id: int, *, until: datetime, now: datetime) -> None:
    """Pause the feed until `until`, unless it is already paused for longer."""
    with transaction.atomic():
        feed = Feed.objects.select_for_update(no_key=True).get(pk=feed_id)
        if feed.paused_until is None or feed.paused_until < until:
            feed.paused_at, feed.paused_until = now, until
            feed.save(update_fields=["paused_at", "paused_until"])


def remaining_requests(feed: Feed, *, now: datetime) -> tuple[int, int]:
    """Return how many requests are allowed now by the limit of 60 seconds and by that of 24 hours."""
    return remaining_requests_by_feed(Feed.objects.filter(pk=feed.pk), now=now)[feed.name]


def remaining_requests_by_feed(feeds: QuerySet[Feed], *, now: datetime) -> dict[str, tuple[int, int]]:
    """Return the remaining requests (60 seconds, 24 hours) of each feed, by feed name. One query."""
    return {feed.name: remaining_requests_of(feed) for feed in with_counts(feeds, now=now)}


def with_counts(feeds: QuerySet[Feed], *, now: datetime) -> QuerySet[Feed]:
    """Annotate each feed with the number of its requests in the last 60 seconds and 24 hours.

    `remaining_requests_of` requires these annotations.
    """

    def since(window: timedelta) -> Coalesce:
        recent = FeedRequest.objects.filter(feed=OuterRef("pk"), asked_at__gt=now - window)
        return Coalesce(Subquery(recent.order_by().values("feed").values(n=Count("*"))), 0)

    return feeds.annotate(in_minute=since(MINUTE), in_day=since(DAY))


def remaining_requests_of(feed: Any) -> tuple[int, int]:
    """Return the remaining requests (60 seconds, 24 hours) of a feed annotated by `with_counts`."""
    return max(0, feed.per_minute - feed.in_minute), max(0, feed.per_day - feed.in_day)


def delete_old(now: datetime) -> int:
    """Delete requests older than RETENTION.

    Returns 0: the reconciler expects a number of queued jobs.
    """
    FeedRequest.objects.filter(asked_at__lt=now - RETENTION).delete()
    return 0
