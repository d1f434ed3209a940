"""The scheduled poll: one waiting row a subscription, the next one in the transaction of the last."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.feeds.polling.poll import request_poll
from matches.feeds.polling.rate_limit import reserve
from matches.feeds.sync import ingest
from matches.models import Feed, FeedSubscription, Match
from tests.factories import SeasonFactory
from tests.fixtures.feeds import BEFORE, OVER
from tests.matches.feeds.loopback import Mood
from tests.matches.feeds.providers.documents import KICKOFF, Told
from tests.pipeline_helpers import run_job

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
TO_COME = Told()


def polled(subscribed: FeedSubscription) -> JobRun:
    """Run the waiting poll now."""
    if not JobRun.objects.filter(state="queued").exists():
        request_poll(subscribed, now=timezone.now())
    run = JobRun.objects.get(kind="poll_feed", state="queued")
    JobRun.objects.filter(pk=run.pk).update(due_at=timezone.now())
    run_job(run.pk)
    run.refresh_from_db()
    return run


def test_a_poll_takes_the_answer_in_and_asks_for_the_next_one(subscribe, server):
    subscribed = subscribe()
    server.knows(TO_COME)
    with time_machine.travel(BEFORE, tick=False):
        first = polled(subscribed)

    following = JobRun.objects.get(kind="poll_feed", state="queued")
    assert first.state == "done"
    assert Match.objects.count() == 1
    assert (following.triggered_by, following.key, following.queue) == (first, str(subscribed.pk), "feeds")
    assert following.due_at == FeedSubscription.objects.get().next_due_at == BEFORE + timedelta(hours=6)
    assert following.priority == JobRun.Priority.ARCHIVE


def test_while_a_match_should_be_ending_the_next_one_is_urgent(subscribe, server):
    subscribed = subscribe()
    server.knows(TO_COME)
    with time_machine.travel(OVER, tick=False):
        polled(subscribed)

    following = JobRun.objects.get(kind="poll_feed", state="queued")
    assert (following.due_at, following.priority) == (OVER + MINUTE, JobRun.Priority.TODAY)


def test_a_result_that_is_taken_back_is_checked_ten_minutes_later(subscribe, server):
    subscribed, late = subscribe(), KICKOFF + timedelta(hours=5)
    server.knows(replace(TO_COME, status="finished", ninety=(2, 1)))
    with time_machine.travel(OVER, tick=False):
        polled(subscribed)
    server.knows(TO_COME)
    with time_machine.travel(late, tick=False):
        polled(subscribed)
    assert Match.objects.get().status == "finished"

    following = JobRun.objects.get(kind="poll_feed", state="queued")
    assert (following.due_at, following.priority) == (late + 10 * MINUTE, JobRun.Priority.TODAY)
    with time_machine.travel(following.due_at, tick=False):
        polled(subscribed)
    assert "If-None-Match" not in server.asked[-1].headers
    assert Match.objects.get().status == "scheduled"


def test_a_result_goes_on_to_be_scored(subscribe, server):
    subscribed = subscribe()
    server.knows(replace(TO_COME, status="finished", ninety=(2, 1)))

    polled(subscribed)

    assert JobRun.objects.filter(kind="score_match", state="queued").exists()


def test_no_answer_is_no_failed_job_but_a_later_one(subscribe, server):
    subscribed = subscribe()
    server.moods = [Mood(status=500), Mood(status=500)]
    with time_machine.travel(BEFORE, tick=False):
        runs = [polled(subscribed), polled(subscribed)]

    assert [run.state for run in runs] == ["done", "done"]
    row = FeedSubscription.objects.get()
    assert (row.failures, row.error) == (2, "server error (500)")
    assert row.next_due_at == BEFORE + 2 * MINUTE


def test_a_spent_budget_postpones_the_poll_without_asking(subscribe, server):
    subscribed = subscribe()
    Feed.objects.update(per_minute=1)
    spent = reserve(subscribed, urgent=True)

    run = polled(subscribed)

    assert (run.state, run.due_at) == ("queued", spent.asked_at + MINUTE)
    assert run.attempt < run.max_attempts
    assert server.asked == []


def test_a_poll_of_a_subscription_that_is_switched_off_is_skipped_and_the_last(subscribe, server):
    subscribed = subscribe(active=False)

    run = polled(subscribed)

    assert run.state == "skipped"
    assert "switched off" in run.error
    assert server.asked == []
    assert not JobRun.objects.filter(state="queued").exists()


def test_a_closed_season_is_not_asked_for(subscribe):
    assert polled(subscribe(season=SeasonFactory(label="old", closed_at=KICKOFF))).state == "skipped"


def test_a_poll_that_breaks_keeps_nothing_and_is_tried_again(subscribe, server, monkeypatch):
    subscribed = subscribe()
    server.knows(TO_COME)
    monkeypatch.setattr(ingest, "apply_row", lambda *_: 1 / 0)

    run = polled(subscribed)

    assert (run.state, run.attempt) == ("queued", 1)
    assert "ZeroDivisionError" in run.error
    assert not Match.objects.exists()
    assert FeedSubscription.objects.get().asked_at is None


def test_asking_for_a_poll_brings_forward_the_one_that_waits(subscribe):
    subscribed = subscribe()
    request_poll(subscribed, now=BEFORE, at=BEFORE + timedelta(hours=6), urgent=False)

    request_poll(subscribed, now=BEFORE + MINUTE)

    run = JobRun.objects.get()
    assert (run.due_at, run.priority) == (BEFORE + MINUTE, JobRun.Priority.TODAY)


def test_asking_for_a_later_poll_leaves_the_one_that_waits(subscribe):
    subscribed = subscribe()
    request_poll(subscribed, now=BEFORE)

    request_poll(subscribed, now=BEFORE, at=BEFORE + timedelta(hours=6), urgent=False)

    assert JobRun.objects.get().due_at == BEFORE


def test_polls_go_on_from_the_fixture_to_the_whistle(subscribe, server):
    subscribed = subscribe()
    server.knows(TO_COME)
    request_poll(subscribed, now=timezone.now())

    ran = [polled(subscribed) for _ in range(3)]

    assert [run.state for run in ran] == ["done"] * 3
    assert JobRun.objects.filter(kind="poll_feed", state="queued").count() == 1
