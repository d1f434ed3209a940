"""Polling schedule: frequent (urgent) polls while matches are expected to end, rare polls at other times.

Urgent polls must not exhaust the rate limit: the requests that remain for the next 24 hours are distributed
over the minutes in which matches are expected to end.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from matches.feeds.polling import rate_limit
from matches.feeds.polling.feed_client import LONGEST_WAIT
from matches.feeds.sync.reported_results import reporting_snapshots
from matches.models import Feed, FeedSubscription, Match
from matches.statuses import SCHEDULED_OR_LIVE

ENDING = timedelta(minutes=105)  # after kickoff: 90 minutes and half-time
ENDED = timedelta(minutes=150)  # by then most have ended
OVERDUE = timedelta(hours=4)  # includes extra time, a shootout and a long delay
GIVEN_UP = timedelta(hours=24)  # no polls because of this match any more; the operations page lists it

URGENT_INTERVAL = timedelta(minutes=1)
UNDER_WAY_INTERVAL = timedelta(minutes=15)
NEAR_INTERVAL = timedelta(hours=1)
ROUTINE_INTERVAL = timedelta(hours=6)
IDLE_INTERVAL = timedelta(hours=24)
BEGUN = timedelta(minutes=5)  # after kickoff: check that the match has started
NEAR_HORIZON, FAR_HORIZON = timedelta(hours=24), timedelta(days=14)

FIRST_RETRY, LAST_RETRY = timedelta(seconds=30), timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class NextPoll:
    """Time of the next poll; `urgent` if a match is expected to end around that time."""

    due_at: datetime
    urgent: bool


def next_poll(subscription: FeedSubscription, *, now: datetime) -> NextPoll:
    """Return when a subscription that was polled just now is due again, and whether that poll is urgent."""
    waiting = _unreported_matches(subscription)
    began = waiting.filter(kickoff_at__gt=now - GIVEN_UP, kickoff_at__lte=now)
    kickoffs = list(began.values_list("kickoff_at", flat=True))
    ahead = waiting.filter(kickoff_at__gt=now).order_by("kickoff_at")
    first = ahead.values_list("kickoff_at", flat=True).first()
    if any(at + ENDING <= now < at + OVERDUE for at in kickoffs):
        return NextPoll(now + shortest_interval(subscription.feed, now=now), urgent=True)
    due_at = min([now + _interval(kickoffs, first, now), *_expected_changes(kickoffs, first, now)])
    return NextPoll(due_at, urgent=any(at + ENDING <= due_at < at + OVERDUE for at in kickoffs))


def _unreported_matches(subscription: FeedSubscription) -> QuerySet[Match]:
    """Return the season's scheduled and live matches of which this subscription has reported no result."""
    reported_ids = reporting_snapshots().filter(subscription=subscription).values("link__match")
    return Match.objects.filter(season=subscription.season_id, status__in=SCHEDULED_OR_LIVE).exclude(
        pk__in=reported_ids
    )


def _interval(kickoffs: list[datetime], first: datetime | None, now: datetime) -> timedelta:
    if kickoffs:
        return UNDER_WAY_INTERVAL
    if first is None or first - now > FAR_HORIZON:
        return IDLE_INTERVAL
    return NEAR_INTERVAL if first - now <= NEAR_HORIZON else ROUTINE_INTERVAL


def _expected_changes(kickoffs: Iterable[datetime], first: datetime | None, now: datetime) -> list[datetime]:
    """Return when changes are expected: the end of each running match and the start of the next one."""
    ends = [at + ENDING for at in kickoffs if at + ENDING > now]
    return [*ends, first + BEGUN] if first else ends


def shortest_interval(feed: Feed, *, now: datetime) -> timedelta:
    """Return the shortest interval of urgent polls that keeps within the feed's rate limits for 24 hours."""
    minutes, busiest = _urgent_minutes(feed, now=now)
    _, remaining = rate_limit.remaining_requests(feed, now=now)
    by_day = timedelta(minutes=minutes / remaining) if remaining else rate_limit.DAY
    by_minute = timedelta(minutes=busiest / feed.per_minute)
    return _in_seconds(max(URGENT_INTERVAL, by_day, by_minute))


def _in_seconds(time: timedelta) -> timedelta:
    return timedelta(seconds=math.ceil(time.total_seconds()))


def _urgent_minutes(feed: Feed, *, now: datetime) -> tuple[float, int]:
    """Return how many minutes of the next 24 hours need urgent polls, and how many subscriptions need them.

    The minutes are summed over the feed's active subscriptions, because each one sends its own requests.
    """
    total, busy = 0.0, 0
    for subscription in feed.subscriptions.filter(active=True):
        kickoffs = _unreported_matches(subscription).filter(
            kickoff_at__gt=now - OVERDUE, kickoff_at__lt=now + NEAR_HORIZON - ENDING
        )
        minutes = _ending_minutes(kickoffs.order_by("kickoff_at").values_list("kickoff_at", flat=True), now)
        total, busy = total + minutes, busy + (minutes > 0)
    return total, busy


def _ending_minutes(kickoffs: Iterable[datetime], now: datetime) -> float:
    """Return the number of minutes, from now on, in which at least one match is expected to end.

    A match is expected to end between ENDING and ENDED after its kickoff. The kickoffs must be in order.
    """
    covered, until = timedelta(0), now
    for at in kickoffs:
        begins, ends = max(at + ENDING, until), max(at + ENDED, until)
        covered, until = covered + (ends - begins), max(until, ends)
    return covered.total_seconds() / 60


def longest_pause() -> timedelta:
    """Return the upper limit of the time until the next poll of a subscription."""
    return max(IDLE_INTERVAL, rate_limit.DAY, LONGEST_WAIT)


def after_failure(subscription: FeedSubscription, wait: timedelta | None, *, now: datetime) -> datetime:
    """Return the time of the retry: exponential backoff, or the wait the feed requested if that is longer."""
    backoff: timedelta = min(FIRST_RETRY * 2 ** min(subscription.failures, 10), LAST_RETRY)
    return now + max(backoff, wait or timedelta(0))
