"""A clock that was ahead, and is right again: what it wrote holds nothing up."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.utils import timezone
from rq import SimpleWorker

from core.pipeline import clock, health, ledger, reconciler, registry, scheduling
from core.pipeline.models import JobRun
from core.pipeline.scheduling import ScheduledRun
from matches.feeds.polling import rate_limit
from matches.models import Competition, Endpoint, Feed, FeedRequest, FeedSubscription
from stats.models import ViewRefresh
from stats.refresh import matviews, team_board_schedule
from tests.factories import CompetitionFactory, EndpointFactory
from tests.fixtures.feeds import subscription

pytestmark = pytest.mark.django_db
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
AHEAD = 2 * HOUR


def ask(kind: str = "note", *, now=None, **options) -> JobRun:
    (pk,) = ledger.enqueue(kind, {"1": ""}, now=now or timezone.now(), **options)
    return JobRun.objects.get(pk=pk)


def test_an_earlier_request_brings_the_waiting_job_forward_and_redis_hears_of_it_again(redis_queues):
    now = timezone.now()
    late = ask(now=now + AHEAD)
    JobRun.objects.update(pushed_at=now + AHEAD)

    early = ask(now=now, delay=SECOND)

    assert early.pk == late.pk
    assert (early.due_at, early.pushed_at) == (now + SECOND, None)


def test_a_later_request_moves_nothing():
    now = timezone.now()
    first = ask(now=now)
    JobRun.objects.update(pushed_at=now)

    again = ask(now=now + SECOND)

    assert (again.due_at, again.pushed_at) == (first.due_at, now)


def test_a_job_that_waits_for_its_next_attempt_is_not_brought_forward():
    now = timezone.now()
    run = ledger.claim(ask(now=now).pk, now=now)
    ledger.fail(run, ValueError("no"), now=now)

    assert ask(now=now).due_at == now + ledger.RETRY_BASE


def test_a_request_does_not_move_an_appointment():
    now, kickoff = timezone.now(), timezone.now() + 24 * HOUR
    scheduling.reschedule("commit_predictions", {"1": ScheduledRun("match:1", kickoff)}, now=now)

    assert ask("commit_predictions", now=now).due_at == kickoff


def test_a_request_does_not_end_the_rest_of_the_team_boards():
    now = timezone.now()
    resting = ask("refresh_team_boards", now=now, delay=timedelta(minutes=5))

    assert ask("refresh_team_boards", now=now).due_at == resting.due_at


@pytest.mark.parametrize("name", [name for name in registry.names() if name != "note"])
def test_the_reconciler_brings_forward_what_is_due_later_than_its_kind_can_be(name):
    now, wait = timezone.now(), registry.get(name).longest_wait
    far = (wait() if wait else timedelta(0)) + AHEAD
    run = ask(name, now=now, delay=far)

    clock.repair(now=now)

    run.refresh_from_db()
    assert run.due_at == (now + wait() if wait else now + far)
    assert clock.repair(now=now) == 0


def test_each_kind_that_waits_says_how_long_at_most(settings):
    CompetitionFactory()
    Competition.objects.update(settle_wait=45)
    settings.ROUNDUP_DELAY = timedelta(minutes=3)

    longest = {name: registry.get(name).longest_wait for name in registry.names()}

    assert {name: wait() for name, wait in longest.items() if wait and wait()} == {
        "backtest_places": timedelta(minutes=5),
        "compute_board_inference": timedelta(seconds=5),
        "compute_calibration": timedelta(minutes=5),
        "draw_link_images": timedelta(minutes=3, seconds=15),
        "poll_feed": 24 * HOUR,
        "refresh_views": settings.REFRESH_DELAY,
        "rewrite_roundup": timedelta(minutes=3),
        "settle_result": timedelta(minutes=45),
        "simulate_season": timedelta(minutes=5),
        "timestamp_commitment": timedelta(minutes=10),
        "write_digest": timedelta(minutes=3),
        "write_roundup": timedelta(minutes=3),
    }
    assert {name for name, wait in longest.items() if wait is None} == {"commit_predictions", "predict_match"}


def test_a_job_due_in_time_or_kept_for_its_next_attempt_is_left_alone():
    now = timezone.now()
    run = ledger.claim(ask(now=now).pk, now=now)
    ledger.fail(run, ValueError("no"), now=now)
    ask("write_roundup", now=now, delay=timedelta(seconds=30))

    assert clock.repair(now=now) == 0


def test_a_worker_that_died_while_the_clock_was_ahead_loses_its_lease_in_time(redis_queues):
    now = timezone.now()
    run = ask(now=now + AHEAD)
    ledger.claim(run.pk, now=now + AHEAD)

    reconciler.reconcile(now=now)
    reconciler.reconcile(now=now + timedelta(seconds=201))

    run.refresh_from_db()
    assert (run.state, run.attempt) == ("queued", 1)


def test_a_job_that_redis_did_not_hear_of_while_the_clock_was_ahead_is_pushed(redis_queues):
    now = timezone.now()
    run = ask(now=now + AHEAD)
    JobRun.objects.update(due_at=now, pushed_at=None)

    assert reconciler.late_runs(now=now) == [run.pk]


def test_a_job_that_redis_lost_is_missed_although_it_was_pushed_in_the_future(redis_queues):
    now = timezone.now()
    ask(now=now)
    JobRun.objects.update(pushed_at=now + AHEAD, rq_job_id="lost")

    assert reconciler.reconcile(now=now + 6 * SECOND).pushed == 1


def test_a_worker_with_a_heartbeat_in_the_future_is_not_alive(redis_queues):
    worker = SimpleWorker([redis_queues["scoring"]], connection=redis_queues["scoring"].connection)
    worker.register_birth()
    try:
        now = timezone.now()
        assert health.workers_by_queue(now=now)["scoring"].alive == 1
        assert health.workers_by_queue(now=now - AHEAD)["scoring"].alive == 0
    finally:
        worker.register_death()


def test_the_team_boards_do_not_rest_from_a_refresh_in_the_future():
    now = timezone.now()
    ended = now + AHEAD
    started = ended - 10 * SECOND
    ViewRefresh.objects.create(
        view=matviews.TEAMS, started_at=started, finished_at=ended, rows=1, concurrently=True
    )

    assert team_board_schedule.next_refresh_at(now=now) is None
    assert team_board_schedule.next_refresh_at(now=ended) == ended + 40 * SECOND


def test_requests_that_a_fast_clock_counted_leave_the_budget_of_a_feed_in_time():
    subscribed = subscription()
    Feed.objects.update(per_minute=1, per_day=10)
    FeedRequest.objects.create(feed=subscribed.feed, asked_at=timezone.now() + AHEAD)

    spent = rate_limit.reserve(subscribed, urgent=True)

    assert isinstance(spent, rate_limit.LimitReached), "it was made, so it counts"
    assert spent.until < timezone.now() + timedelta(seconds=61)


def test_a_pause_of_a_feed_keeps_its_length_and_no_more():
    now = timezone.now()
    subscribed = subscription()
    rate_limit.pause(subscribed.feed_id, until=now + AHEAD + HOUR, now=now + AHEAD)

    clock.repair(now=now)

    assert Feed.objects.get(pk=subscribed.feed_id).paused_until == now + HOUR


def test_a_feed_that_was_asked_in_the_future_is_asked_again_and_its_answer_is_taken(redis_queues):
    now = timezone.now()
    subscribed = subscription(asked_at=now + AHEAD, next_due_at=now + AHEAD + HOUR)
    ask_later = {"now": now + AHEAD, "delay": HOUR}
    ledger.enqueue("poll_feed", {str(subscribed.pk): ""}, **ask_later)

    reconciler.reconcile(now=now)

    row = FeedSubscription.objects.get()
    assert (row.asked_at, row.next_due_at) == (now, now + HOUR)
    assert JobRun.objects.get(kind="poll_feed").due_at == now


@pytest.mark.parametrize("paused_before", [timedelta(0), 3 * HOUR])
def test_the_pause_of_a_language_model_is_no_longer_than_a_pause_can_be(settings, paused_before):
    now = timezone.now()
    endpoint = EndpointFactory()
    Endpoint.objects.update(
        paused_at=now + AHEAD - paused_before, paused_until=now + AHEAD + settings.LLM_COOLDOWN
    )

    clock.repair(now=now)

    endpoint.refresh_from_db()
    assert endpoint.paused_at <= now
    assert endpoint.paused_until <= now + settings.LLM_COOLDOWN


def test_a_locked_out_address_waits_no_longer_than_it_should():
    now = timezone.now()
    AccessAttempt.objects.create(ip_address="192.0.2.1", username="ada", failures_since_start=5)
    AccessAttempt.objects.update(attempt_time=now + AHEAD)

    clock.repair(now=now)

    assert AccessAttempt.objects.get().attempt_time == now
