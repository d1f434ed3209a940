"""The courier, on a real Redis: pushes after commit, delays through rq-scheduler, survives an outage."""

import socket
import time
from datetime import timedelta

import django_rq
import pytest
from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone

from core.pipeline import entrypoint, ledger, reconciler, rq_backend
from core.pipeline.models import JobRun

pytestmark = pytest.mark.django_db(transaction=True)


def test_redis_hears_of_a_job_only_after_the_commit(redis_queues):
    with transaction.atomic():
        ledger.enqueue("note", {"1": ""}, now=timezone.now())
        assert redis_queues["scoring"].count == 0

    (job,) = redis_queues["scoring"].jobs
    run = JobRun.objects.get()
    assert (job.func_name, job.args) == ("core.pipeline.entrypoint.run_batch", (run.pk,))
    assert run.rq_job_id == job.id
    assert run.pushed_at is not None


def test_a_rollback_pushes_nothing(redis_queues):
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        ledger.enqueue("note", {"1": ""}, now=timezone.now())
        raise RuntimeError

    assert redis_queues["scoring"].count == 0


def test_a_delay_goes_through_rq_scheduler(redis_queues):
    ledger.enqueue("note", {"1": ""}, now=timezone.now(), delay=timedelta(seconds=30))

    scheduled = list(django_rq.get_scheduler("scoring").get_jobs(with_times=True))

    assert redis_queues["scoring"].count == 0
    assert len(scheduled) == 1
    job, due = scheduled[0]
    assert job.origin == "scoring"
    assert abs((due - JobRun.objects.get().due_at.replace(tzinfo=None)).total_seconds()) <= 1


def test_todays_matches_go_before_archive_work(redis_queues):
    ledger.enqueue("note", {"old": ""}, now=timezone.now(), priority=JobRun.Priority.ARCHIVE)
    ledger.enqueue("note", {"today": ""}, now=timezone.now(), priority=JobRun.Priority.TODAY)

    first = redis_queues["scoring"].jobs[0]

    assert JobRun.objects.get(pk=first.args[0]).key == "today"


def test_with_redis_down_the_row_stands_and_the_reconciler_pushes_it_later(redis_queues, settings):
    working = settings.RQ_QUEUES
    settings.RQ_QUEUES = {name: {**queue, "URL": "redis://127.0.0.1:1/0"} for name, queue in working.items()}
    now = timezone.now()
    ledger.enqueue("note", {"1": ""}, now=now)
    assert JobRun.objects.get().pushed_at is None

    settings.RQ_QUEUES = working
    report = reconciler.reconcile(now=now + timedelta(seconds=6))

    assert report.pushed == 1
    assert redis_queues["scoring"].count == 1


def test_a_database_that_goes_away_after_the_commit_does_not_disturb_who_saved(redis_queues, monkeypatch):
    """The fact stands; the bell is rung by the reconciler."""

    def away(run_ids):
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(rq_backend, "_push_all", away)
        ledger.enqueue("note", {"1": ""}, now=timezone.now())

    report = reconciler.reconcile(now=timezone.now() + timedelta(seconds=6))
    assert report.pushed == 1


def test_everything_that_redis_forgot_is_pushed_again(redis_queues):
    now = timezone.now()
    ledger.enqueue("note", {str(key): "" for key in range(20)}, now=now)
    django_rq.get_connection("scoring").flushdb()

    early = reconciler.reconcile(now=now + timedelta(seconds=9))
    late = reconciler.reconcile(now=now + timedelta(seconds=30))

    assert (early.pushed, late.pushed) == (0, 20)
    assert redis_queues["scoring"].count == 20


def test_what_redis_still_holds_is_not_pushed_again_while_it_waits_its_turn(redis_queues):
    now = timezone.now()
    ledger.enqueue("note", {"1": ""}, now=now)
    ledger.enqueue("note", {"2": ""}, now=now, delay=timedelta(seconds=5))

    passes = [reconciler.reconcile(now=now + timedelta(seconds=after)).pushed for after in (11, 60, 600)]

    assert passes == [0, 0, 0]


def test_a_job_that_died_with_the_worker_that_fetched_it_is_pushed_again(redis_queues):
    """Fetched, so in no list any more, and never claimed: RQ itself would find it after minutes."""
    now = timezone.now()
    ledger.enqueue("note", {"1": ""}, now=now)
    redis_queues["scoring"].connection.lpop(redis_queues["scoring"].key)

    assert reconciler.reconcile(now=now + timedelta(seconds=11)).pushed == 1
    assert redis_queues["scoring"].count == 1


def small_window(monkeypatch) -> None:
    """Ten archive jobs at a time."""
    monkeypatch.setattr(rq_backend, "ARCHIVE_WINDOW", 10)


def test_archive_work_goes_through_a_window_and_the_rest_waits_in_the_ledger(redis_queues, monkeypatch):
    small_window(monkeypatch)

    ledger.enqueue("note", {f"{key:02}": "" for key in range(25)}, now=timezone.now())

    assert redis_queues["scoring"].count == 10
    assert JobRun.objects.filter(pushed_at__isnull=True).count() == 15


def test_the_window_moves_on_with_each_batch(redis_queues, monkeypatch, calls):
    small_window(monkeypatch)
    monkeypatch.setattr(entrypoint, "BATCH_SECONDS", 0)  # one run each
    ledger.enqueue("note", {f"{key:02}": "" for key in range(25)}, now=timezone.now())
    longest = 0

    while jobs := redis_queues["scoring"].jobs:
        longest = max(longest, len(jobs))
        redis_queues["scoring"].remove(jobs[0])
        entrypoint.run_batch(*jobs[0].args)

    assert calls == [f"{key:02}" for key in range(25)]
    assert longest == 10


def test_todays_matches_never_wait_for_room(redis_queues, monkeypatch):
    small_window(monkeypatch)
    ledger.enqueue("note", {f"{key:02}": "" for key in range(25)}, now=timezone.now())

    ledger.enqueue("note", {"today": ""}, now=timezone.now(), priority=JobRun.Priority.TODAY)

    first = redis_queues["scoring"].jobs[0]
    assert JobRun.objects.get(pk=first.args[0]).key == "today"


def test_archive_work_for_later_does_not_keep_out_what_is_due_now(redis_queues, monkeypatch):
    small_window(monkeypatch)
    later = {f"later{key}": "" for key in range(15)}
    ledger.enqueue("note", later, now=timezone.now(), delay=timedelta(seconds=30))

    ledger.enqueue("note", {f"now{key}": "" for key in range(15)}, now=timezone.now())

    assert redis_queues["scoring"].count == 10
    assert JobRun.objects.filter(key__startswith="later", pushed_at__isnull=False).count() == 10


def test_todays_matches_come_to_the_front_when_their_delay_is_over(redis_queues):
    soon = {"delay": timedelta(milliseconds=100)}
    ledger.enqueue("note", {"old": ""}, now=timezone.now())
    ledger.enqueue("note", {"today": ""}, now=timezone.now(), priority=JobRun.Priority.TODAY, **soon)
    assert redis_queues["scoring"].count == 1

    time.sleep(1.1)
    django_rq.get_scheduler("scoring").enqueue_jobs()

    first, _ = redis_queues["scoring"].jobs
    assert JobRun.objects.get(pk=first.args[0]).key == "today"


def test_the_reconciler_fills_an_empty_window_too(redis_queues, monkeypatch):
    """Whoever should have moved it on was killed."""
    small_window(monkeypatch)
    now = timezone.now()
    ledger.enqueue("note", {f"{key:02}": "" for key in range(25)}, now=now)
    pushed = JobRun.objects.filter(pushed_at__isnull=False)
    pushed.update(state="done", finished_at=now)
    redis_queues["scoring"].empty()

    reconciler.reconcile(now=now + timedelta(seconds=20))

    assert redis_queues["scoring"].count == 10


def test_a_redis_that_hangs_does_not_hold_up_a_saved_result(redis_queues, settings):
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # it accepts, and never answers
        port = deaf.getsockname()[1]
        url = settings.RQ_QUEUES["scoring"]["URL"]
        hanging = f"redis://127.0.0.1:{port}/0?{url.partition('?')[2]}"
        settings.RQ_QUEUES = {name: {**queue, "URL": hanging} for name, queue in settings.RQ_QUEUES.items()}
        began = time.monotonic()

        ledger.enqueue("note", {"1": ""}, now=timezone.now())

    assert time.monotonic() - began < 30
    assert JobRun.objects.get().pushed_at is None


def test_depths_are_counted_by_queue(redis_queues):
    ledger.enqueue("note", {"1": "", "2": ""}, now=timezone.now())

    assert rq_backend.queue_depths() == dict.fromkeys(settings.RQ_QUEUES, 0) | {"scoring": 2}
