"""The reconciler queues missing polls of subscriptions and missing reviews of reported results."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from core.pipeline.models import JobRun
from core.pipeline.reconciler import reconcile
from matches.feeds.polling.poll import request_poll, sweep_polls
from matches.feeds.sync.reviews import sweep_reported_results
from matches.models import Competition, Feed, FeedRequest, FeedSubscription
from tests.factories import SeasonFactory, move
from tests.fixtures.feeds import BEFORE, OVER, subscription, the_match
from tests.matches.feeds.providers.documents import KICKOFF, Told

pytestmark = pytest.mark.django_db

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def queued(kind: str = "poll_feed") -> JobRun:
    return JobRun.objects.get(kind=kind, state="queued")


def test_a_subscription_that_nobody_asks_is_found_once():
    subscribed = subscription()

    assert sweep_polls(BEFORE) == 1
    assert sweep_polls(BEFORE) == 0
    assert (queued().key, queued().due_at) == (str(subscribed.pk), BEFORE)


def test_one_that_was_asked_lately_is_asked_when_it_is_due():
    subscription(next_due_at=BEFORE + HOUR)

    sweep_polls(BEFORE)

    assert queued().due_at == BEFORE + HOUR


@pytest.mark.parametrize("off", [{"active": False}, {"closed": True}])
def test_what_is_switched_off_or_closed_is_left_alone(off):
    season = SeasonFactory(closed_at=KICKOFF if off.pop("closed", False) else None)
    subscription(season=season, **off)

    assert sweep_polls(BEFORE) == 0


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_poll_that_gave_up_is_asked_for_again_after_a_while(state):
    subscribed = subscription()
    request_poll(subscribed, now=BEFORE)
    JobRun.objects.update(state=state, finished_at=BEFORE)

    assert sweep_polls(BEFORE + 14 * MINUTE) == 0
    assert sweep_polls(BEFORE + 16 * MINUTE) == 1


@pytest.fixture
def moved_back(subscribe, says) -> FeedSubscription:
    """The kickoff was moved to earlier by an operator, and the next poll is planned for much later."""
    subscribed = subscribe()
    says(subscribed, replace(Told(), kickoff_at=KICKOFF + 10 * HOUR), at=KICKOFF)
    move(the_match(), KICKOFF, source="admin")
    request_poll(subscribed, now=KICKOFF, at=KICKOFF + 6 * HOUR, urgent=False)
    return subscribed


def test_a_poll_that_would_come_too_late_is_brought_forward(moved_back):
    assert sweep_polls(KICKOFF + 104 * MINUTE) == 0

    assert sweep_polls(OVER) == 1

    assert (queued().due_at, queued().priority) == (OVER, JobRun.Priority.TODAY)
    assert sweep_polls(OVER + MINUTE) == 0


def test_a_feed_without_a_budget_or_that_told_us_to_wait_is_not_pressed(moved_back):
    Feed.objects.update(paused_until=OVER + HOUR)
    assert sweep_polls(OVER) == 0
    Feed.objects.update(paused_until=None, per_day=1)
    FeedRequest.objects.update(asked_at=timezone.now())
    assert sweep_polls(timezone.now()) == 0


def test_a_claim_that_nobody_comes_back_to_is_found(subscribe, says):
    subscribed = subscribe()
    Competition.objects.update(settle_sources=2, settle_wait=30)
    says(subscribed, replace(Told(), status="finished", ninety=(2, 1)), at=OVER)
    JobRun.objects.filter(kind="settle_result").delete()

    assert sweep_reported_results(OVER + MINUTE) == 1
    assert queued("settle_result").due_at == OVER + 30 * MINUTE
    assert sweep_reported_results(OVER + MINUTE) == 0


def test_a_rule_that_was_relaxed_settles_what_waited(subscribe, says):
    subscribed = subscribe()
    Competition.objects.update(settle_sources=2, settle_wait=600)
    says(subscribed, replace(Told(), status="finished", ninety=(2, 1)), at=OVER)
    JobRun.objects.filter(kind="settle_result").update(state="cancelled", finished_at=OVER)
    Competition.objects.update(settle_sources=1)

    assert sweep_reported_results(OVER + HOUR) == 1
    assert queued("settle_result").due_at == OVER + HOUR


def test_what_is_held_is_left_to_the_operator(subscribe, says):
    alpha, beta = subscribe("football-data"), subscribe("openligadb")
    says(alpha, replace(Told(), status="finished", ninety=(2, 1)), at=OVER)
    says(beta, replace(Told(), status="finished", ninety=(2, 2)), at=OVER)

    assert sweep_reported_results(OVER + 24 * HOUR) == 0


def test_the_reconciler_knows_these_searches(redis_queues):
    subscription()

    report = reconcile(now=timezone.now())

    assert report.swept["feeds without a scheduled poll"] == 1
    assert report.swept["reported results without a review"] == 0
    assert FeedSubscription.objects.count() == 1
