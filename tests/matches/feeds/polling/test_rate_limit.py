"""The budget of a feed: never exceeded, by whoever asks at the same time, and kept in the database."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from matches.feeds.polling import rate_limit
from matches.feeds.polling.rate_limit import LimitReached, reserve
from matches.models import Feed, FeedRequest, FeedSubscription
from tests.fixtures.feeds import subscription

MINUTE, DAY = timedelta(minutes=1), timedelta(hours=24)


def limited(per_minute: int, per_day: int = 1000) -> FeedSubscription:
    found = subscription()
    Feed.objects.filter(pk=found.feed_id).update(per_minute=per_minute, per_day=per_day)
    return found


def aged(by: timedelta) -> None:
    """As if every request had been made that much earlier."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE matches_feedrequest SET asked_at = asked_at - %s", [by])


def granted(subscribed: FeedSubscription, times: int, *, urgent: bool = True) -> int:
    return sum(isinstance(reserve(subscribed, urgent=urgent), FeedRequest) for _ in range(times))


@pytest.mark.django_db
def test_a_minute_holds_so_many_requests_and_no_more():
    assert granted(limited(per_minute=3), 5) == 3


@pytest.mark.django_db
def test_a_request_that_is_refused_is_told_when_there_is_one():
    subscribed = limited(per_minute=1)
    first = reserve(subscribed, urgent=True)

    second = reserve(subscribed, urgent=True)

    assert isinstance(first, FeedRequest)
    assert isinstance(second, LimitReached)
    assert second.until == first.asked_at + MINUTE
    assert "1 in a minute is reached" in second.why


@pytest.mark.django_db
def test_the_window_slides():
    subscribed = limited(per_minute=2)
    granted(subscribed, 2)
    aged(timedelta(seconds=40))

    assert granted(subscribed, 1) == 0
    aged(timedelta(seconds=21))
    assert granted(subscribed, 5) == 2


@pytest.mark.django_db
def test_a_day_is_any_24_hours():
    subscribed = limited(per_minute=100, per_day=4)
    granted(subscribed, 4)
    aged(timedelta(hours=23, minutes=59))

    spent = reserve(subscribed, urgent=True)

    assert isinstance(spent, LimitReached)
    assert timezone.now() < spent.until < timezone.now() + timedelta(minutes=2)
    aged(timedelta(minutes=2))
    assert granted(subscribed, 9) == 4


@pytest.mark.django_db
def test_what_is_not_urgent_leaves_half_for_matches_that_should_be_ending():
    subscribed = limited(per_minute=6)

    assert granted(subscribed, 9, urgent=False) == 3
    assert granted(subscribed, 9, urgent=True) == 3


@pytest.mark.django_db
def test_a_budget_of_one_is_one_for_both():
    assert granted(limited(per_minute=1), 2, urgent=False) == 1


@pytest.mark.django_db
def test_all_subscriptions_of_a_feed_share_its_budget_and_feeds_do_not():
    limited(per_minute=2)
    one, other = subscription(code="BL1/2025"), subscription(code="SA/2025")
    elsewhere = subscription("openligadb")

    assert [granted(each, 1) for each in (one, other, one, elsewhere)] == [1, 1, 0, 1]


@pytest.mark.django_db
def test_a_reservation_whose_request_was_never_made_is_spent():
    subscribed = limited(per_minute=1)
    reserve(subscribed, urgent=True)

    assert FeedRequest.objects.get().outcome == ""
    assert granted(subscribed, 1) == 0


@pytest.mark.django_db
def test_a_feed_that_told_us_to_wait_is_not_asked():
    now = timezone.now()
    subscribed, later = limited(per_minute=5), now + timedelta(minutes=3)
    rate_limit.pause(subscribed.feed_id, until=later, now=now)
    rate_limit.pause(subscribed.feed_id, until=now, now=now)

    spent = reserve(subscribed, urgent=True)

    assert spent == LimitReached(later, "it is paused, as the feed requested")
    assert not FeedRequest.objects.exists()


@pytest.mark.django_db
def test_what_is_left_is_told():
    subscribed = limited(per_minute=5, per_day=9)
    granted(subscribed, 2)
    aged(timedelta(minutes=2))
    granted(subscribed, 1)

    feed = Feed.objects.get(pk=subscribed.feed_id)
    assert rate_limit.remaining_requests(feed, now=timezone.now() + timedelta(seconds=1)) == (4, 6)


@pytest.mark.django_db
def test_old_requests_are_forgotten_and_those_that_count_are_not():
    subscribed = limited(per_minute=100)
    granted(subscribed, 2)
    aged(timedelta(days=9))
    granted(subscribed, 1)

    rate_limit.delete_old(timezone.now())

    assert FeedRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_workers_that_ask_at_the_same_moment_do_not_exceed_it():
    subscribed, count = limited(per_minute=5), []
    ready = threading.Barrier(8)

    def worker() -> None:
        try:
            ready.wait()
            count.append(granted(subscribed, 3))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(count) == FeedRequest.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_it_is_never_reserved_in_a_transaction_that_could_be_rolled_back():
    from django.db import transaction

    subscribed = limited(per_minute=5)

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        reserve(subscribed, urgent=True)
