"""When a feed is asked: often while matches should be ending, seldom otherwise, and as the budget allows."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from matches.feeds.polling.poll_times import NextPoll, after_failure, next_poll, shortest_interval
from matches.models import Feed, FeedRequest, FeedSubscription, Match
from tests.factories import MatchFactory, SeasonFactory, move, record
from tests.fixtures.feeds import OVER, subscription
from tests.matches.feeds.providers.documents import KICKOFF, Told

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def due_in(now: datetime, subscribed: FeedSubscription | None = None) -> tuple[timedelta, bool]:
    found = next_poll(subscribed or subscription(), now=now)
    return found.due_at - now, found.urgent


@pytest.fixture
def match() -> Match:
    return MatchFactory(kickoff_at=KICKOFF)


def test_a_season_without_matches_is_looked_at_once_a_day():
    assert due_in(KICKOFF) == (DAY, False)


@pytest.mark.parametrize(
    ("before", "due"),
    [(timedelta(days=20), DAY), (timedelta(days=5), 6 * HOUR), (10 * HOUR, HOUR), (20 * MINUTE, 25 * MINUTE)],
)
def test_the_nearer_the_kickoff_the_more_often(match, before, due):
    assert due_in(KICKOFF - before) == (due, False)


@pytest.mark.parametrize(
    ("after", "due", "urgent"),
    [
        (timedelta(0), 15 * MINUTE, False),
        (60 * MINUTE, 15 * MINUTE, False),
        (95 * MINUTE, 10 * MINUTE, True),  # exactly when it should be ending
        (105 * MINUTE, MINUTE, True),
        (239 * MINUTE, MINUTE, True),
        (5 * HOUR, 15 * MINUTE, False),
    ],
)
def test_from_105_minutes_after_kickoff_every_minute_until_it_is_settled(match, after, due, urgent):
    assert due_in(KICKOFF + after) == (due, urgent)


def test_a_match_that_nobody_ever_ends_is_given_up(match):
    assert due_in(KICKOFF + 25 * HOUR) == (DAY, False)


def test_once_it_is_settled_nothing_is_urgent(match):
    record(match, 2, 1)

    assert due_in(OVER) == (DAY, False)


def test_a_postponed_match_is_not_waited_for(match):
    record(match, status="postponed")

    assert due_in(OVER) == (DAY, False)


def test_a_feed_that_has_told_the_result_is_not_pressed_for_it(subscribe, says):
    subscribed, other = subscribe("football-data"), subscribe("openligadb")
    subscribed.season.competition.settle_sources = 2
    subscribed.season.competition.save()
    says(subscribed, Told())

    says(subscribed, replace(Told(), status="finished", ninety=(2, 1)), at=OVER)

    assert due_in(OVER, subscribed) == (DAY, False)
    assert due_in(OVER, other) == (MINUTE, True)


def test_the_last_of_many_kickoffs_decides_when_to_look_next(match):
    MatchFactory(kickoff_at=KICKOFF + 60 * MINUTE)

    assert due_in(KICKOFF + 55 * MINUTE) == (10 * MINUTE, False)


def test_other_seasons_do_not_matter(match):
    assert due_in(OVER, subscription(season=SeasonFactory(label="2024/25"))) == (DAY, False)


def paced(per_day: int, *, spent: int = 0, per_minute: int = 10) -> timedelta:
    feed = subscription().feed
    Feed.objects.filter(pk=feed.pk).update(per_day=per_day, per_minute=per_minute)
    feed.refresh_from_db()
    FeedRequest.objects.bulk_create(FeedRequest(feed=feed, asked_at=timezone.now()) for _ in range(spent))
    return shortest_interval(feed, now=timezone.now())


def ending(*, after: timedelta, at: datetime | None = None) -> Match:
    """A match that will be ending that long after now."""
    return MatchFactory(kickoff_at=(at or timezone.now()) + after - 105 * MINUTE)


def test_a_budget_that_is_large_enough_allows_every_minute():
    ending(after=HOUR)

    assert paced(per_day=1000) == MINUTE


def test_a_small_budget_is_spread_over_the_endings_of_the_coming_day():
    for hours in (0, 3, 6, 9):  # four endings of 45 minutes
        ending(after=hours * HOUR)

    assert paced(per_day=100, spent=40) == 3 * MINUTE, "180 minutes and 60 requests"


def test_matches_that_end_together_share_their_minutes():
    for minutes in (0, 15, 30):
        ending(after=minutes * MINUTE)

    assert paced(per_day=15) == 5 * MINUTE, "75 minutes and 15 requests"


def test_many_subscriptions_at_once_share_the_minute():
    ending(after=timedelta(0))
    for number in range(5):
        subscription(code=f"L{number}/2025")

    assert paced(per_day=9000, per_minute=2) == 3 * MINUTE, "six subscriptions and two requests a minute"


def test_a_spent_budget_is_not_paced_but_waited_for():
    ending(after=timedelta(0))

    assert paced(per_day=5, spent=5) == DAY


@pytest.mark.parametrize(("failures", "seconds"), [(1, 60), (2, 120), (4, 480), (7, 1800), (60, 1800)])
def test_after_a_failure_it_is_tried_again_twice_as_late_each_time(failures, seconds):
    assert after_failure(FeedSubscription(failures=failures), None, now=OVER) == OVER + timedelta(
        seconds=seconds
    )


def test_what_the_feed_said_counts_where_it_is_later():
    failed = FeedSubscription(failures=1)

    assert after_failure(failed, HOUR, now=OVER) == OVER + HOUR
    assert after_failure(failed, timedelta(seconds=5), now=OVER) == OVER + MINUTE


def test_a_kickoff_that_moved_counts_as_it_is_now(match):
    move(match, KICKOFF + 2 * HOUR)

    assert next_poll(subscription(), now=OVER) == NextPoll(KICKOFF + 2 * HOUR + 5 * MINUTE, urgent=False)
