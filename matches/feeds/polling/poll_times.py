"""When a subscription is asked next: often while matches should be ending, seldom otherwise.

What is urgent is paced by what the budget leaves: the minutes of the coming day in which matches should be
ending share the requests that are left in it.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from matches.feeds.polling import rate_limit
from matches.feeds.polling.feed_client import LONGEST_WAIT
from matches.feeds.sync.reported_results import reporting_sightings
from matches.models import Feed, FeedSubscription, Match
from matches.statuses import Status

ENDING = timedelta(minutes=105)  # after kickoff: 90 minutes and the break
ENDED = timedelta(minutes=150)  # by then most have ended
OVERDUE = timedelta(hours=4)  # extra time, a shootout and a long delay fit in
GIVEN_UP = timedelta(hours=24)  # the board has it, an operator decides

OFTEN = timedelta(minutes=1)
UNDER_WAY = timedelta(minutes=15)
TODAY = timedelta(hours=1)
ROUTINE = timedelta(hours=6)
REST = timedelta(hours=24)
BEGUN = timedelta(minutes=5)  # after kickoff a look whether it did begin
SOON, FAR = timedelta(hours=24), timedelta(days=14)

FIRST_RETRY, LAST_RETRY = timedelta(seconds=30), timedelta(minutes=30)
_PLAYED = (Status.SCHEDULED, Status.LIVE)


@dataclass(frozen=True, slots=True)
class NextPoll:
    """When to ask next, and whether a match should be ending then."""

    due_at: datetime
    urgent: bool


def next_poll(subscription: FeedSubscription, *, now: datetime) -> NextPoll:
    """When this subscription should be asked next, if it was asked just now."""
    waiting = _without_a_claim(subscription)
    began = waiting.filter(kickoff_at__gt=now - GIVEN_UP, kickoff_at__lte=now)
    kickoffs = list(began.values_list("kickoff_at", flat=True))
    ahead = waiting.filter(kickoff_at__gt=now).order_by("kickoff_at")
    first = ahead.values_list("kickoff_at", flat=True).first()
    if any(at + ENDING <= now < at + OVERDUE for at in kickoffs):
        return NextPoll(now + shortest_interval(subscription.feed, now=now), urgent=True)
    due_at = min([now + _interval(kickoffs, first, now), *_moments(kickoffs, first, now)])
    return NextPoll(due_at, urgent=any(at + ENDING <= due_at < at + OVERDUE for at in kickoffs))


def _without_a_claim(subscription: FeedSubscription) -> QuerySet[Match]:
    """Matches of its season that may be played, and of which it did not say yet what became of them."""
    said = reporting_sightings().filter(subscription=subscription).values("link__match")
    return Match.objects.filter(season=subscription.season_id, status__in=_PLAYED).exclude(pk__in=said)


def _interval(kickoffs: list[datetime], first: datetime | None, now: datetime) -> timedelta:
    if kickoffs:
        return UNDER_WAY
    if first is None or first - now > FAR:
        return REST
    return TODAY if first - now <= SOON else ROUTINE


def _moments(kickoffs: Iterable[datetime], first: datetime | None, now: datetime) -> list[datetime]:
    """When something is to be seen: that the next match began, that those under way end."""
    ends = [at + ENDING for at in kickoffs if at + ENDING > now]
    return [*ends, first + BEGUN] if first else ends


def shortest_interval(feed: Feed, *, now: datetime) -> timedelta:
    """How often an urgent subscription of this feed may be asked, so that the budget lasts."""
    minutes, busiest = _urgent_minutes(feed, now=now)
    _, left = rate_limit.left(feed, now=now)
    by_day = timedelta(minutes=minutes / left) if left else rate_limit.DAY
    by_minute = timedelta(minutes=busiest / feed.per_minute)
    return _in_seconds(max(OFTEN, by_day, by_minute))


def _in_seconds(time: timedelta) -> timedelta:
    return timedelta(seconds=math.ceil(time.total_seconds()))


def _urgent_minutes(feed: Feed, *, now: datetime) -> tuple[float, int]:
    """Minutes of the coming day in which matches should be ending, and how many subscriptions have some."""
    total, busy = 0.0, 0
    for subscription in feed.subscriptions.filter(active=True):
        kickoffs = _without_a_claim(subscription).filter(
            kickoff_at__gt=now - OVERDUE, kickoff_at__lt=now + SOON - ENDING
        )
        minutes = _covered(kickoffs.order_by("kickoff_at").values_list("kickoff_at", flat=True), now)
        total, busy = total + minutes, busy + (minutes > 0)
    return total, busy


def _covered(kickoffs: Iterable[datetime], now: datetime) -> float:
    """Minutes from now on that lie within an ending: matches that end together share them."""
    covered, until = timedelta(0), now
    for at in kickoffs:
        begins, ends = max(at + ENDING, until), max(at + ENDED, until)
        covered, until = covered + (ends - begins), max(until, ends)
    return covered.total_seconds() / 60


def longest_pause() -> timedelta:
    """Return the greatest time until the next poll of a subscription, for whatever reason."""
    return max(REST, rate_limit.DAY, LONGEST_WAIT)


def after_failure(subscription: FeedSubscription, wait: timedelta | None, *, now: datetime) -> datetime:
    """When to try again: twice as late each time, or when the feed said, whichever is later."""
    backoff: timedelta = min(FIRST_RETRY * 2 ** min(subscription.failures, 10), LAST_RETRY)
    return now + max(backoff, wait or timedelta(0))
