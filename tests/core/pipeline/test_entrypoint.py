"""One delivery, many runs: each claimed, fenced, timed and reported as if it had come alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.pipeline import entrypoint, ledger
from core.pipeline.models import JobRun
from core.pipeline.runner import Skip
from tests.core.pipeline.burst import kind

pytestmark = pytest.mark.django_db(transaction=True)

ARCHIVE, TODAY = JobRun.Priority.ARCHIVE, JobRun.Priority.TODAY


def ask(*keys: str, kind: str = "note", **options) -> list[int]:
    return ledger.enqueue(kind, dict.fromkeys(keys, ""), now=timezone.now(), **options)


def states() -> dict[str, str]:
    return dict(JobRun.objects.values_list("key", "state"))


def test_one_delivery_runs_everything_that_is_due_in_its_queue(redis_queues, calls):
    first, *_ = ask("1", "2", "3")

    said = entrypoint.run_batch(first)

    assert calls == ["1", "2", "3"]
    assert set(states().values()) == {"done"}
    assert said == "3 jobs"


def test_it_leaves_alone_what_is_due_later_and_what_belongs_to_another_queue(redis_queues, calls):
    (now,) = ask("now")
    ask("later", delay=timedelta(seconds=5))
    ledger.enqueue("refresh_views", {"all": ""}, now=timezone.now())

    entrypoint.run_batch(now)

    assert calls == ["now"]
    assert states() == {"now": "done", "later": "queued", "all": "queued"}


def test_a_match_that_ends_today_overtakes_the_archive_work_of_a_batch(redis_queues, calls):
    def whistle(*, run):
        calls.append("whistle")
        ask("today", priority=TODAY)

    with kind(whistle) as name:
        (first,) = ask("0", kind=name)
        ask("1", "2")
        entrypoint.run_batch(first)

    assert calls == ["whistle", "today", "1", "2"]


def test_a_duplicate_delivery_runs_what_else_is_due(redis_queues, calls):
    (first,) = ask("1")
    entrypoint.run_batch(first)
    ask("2")

    entrypoint.run_batch(first)

    assert calls == ["1", "2"]


def test_a_delivery_of_a_job_that_was_deleted_meanwhile_does_nothing(redis_queues):
    assert "no such job" in entrypoint.run_batch(4711)


def test_a_run_that_fails_ends_the_batch_for_the_next_begins_in_a_fresh_process(redis_queues, calls):
    def poisoned(*, run):
        raise ValueError("bad apple")

    with kind(poisoned) as name:
        (first,) = ask("bad", kind=name)
        ask("good")
        entrypoint.run_batch(first)

    assert calls == []
    assert states() == {"bad": "queued", "good": "queued"}
    assert "bad apple" in JobRun.objects.get(key="bad").traceback


def test_a_skipped_run_does_not_end_the_batch(redis_queues, calls):
    def idle(*, run):
        raise Skip("nothing to do")

    with kind(idle) as name:
        (first,) = ask("0", kind=name)
        ask("1")
        entrypoint.run_batch(first)

    assert states() == {"0": "skipped", "1": "done"}


def test_a_batch_ends_after_some_seconds_so_that_a_worker_can_be_stopped(redis_queues, calls, monkeypatch):
    monkeypatch.setattr(entrypoint, "BATCH_SECONDS", 0)
    first, *_ = ask("1", "2", "3")

    entrypoint.run_batch(first)

    assert calls == ["1"]


def test_what_a_batch_did_does_not_ring_again(redis_queues):
    first, *_ = ask("1", "2", "3", priority=TODAY)
    assert redis_queues["scoring"].count == 3

    entrypoint.run_batch(first)

    (left,) = redis_queues["scoring"].job_ids  # its own delivery: RQ has that one in its hands
    assert left == JobRun.objects.get(pk=first).rq_job_id


def test_a_redis_that_goes_away_during_a_batch_costs_deliveries_no_runs(redis_queues, settings, calls):
    first, *_ = ask("1", "2", priority=TODAY)
    queues = settings.RQ_QUEUES
    settings.RQ_QUEUES = {name: {**queue, "URL": "redis://127.0.0.1:1/0"} for name, queue in queues.items()}

    entrypoint.run_batch(first)

    assert calls == ["1", "2"]


def test_an_attempt_that_was_given_away_is_not_claimed_twice(redis_queues, calls):
    """Two workers that look for the next row at once never get the same one."""
    ask("1", "2")
    one = ledger.claim_next("scoring", now=timezone.now())
    two = ledger.claim_next("scoring", now=timezone.now())

    assert {one.key, two.key} == {"1", "2"}
    assert (one.state, one.attempt) == ("running", 1)
    assert ledger.claim_next("scoring", now=timezone.now()) is None
