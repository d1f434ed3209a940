"""The status page and /api/v1/status/ name what is wrong with the pipeline, and since when."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rq.worker import Worker

from core.http import page_cache
from core.pipeline import ledger, reconciler
from core.pipeline.models import Heartbeat, JobRun
from ops import problem
from scoring.models import Settlement
from stats.refresh.view_state import view_states
from tests.factories import MatchFactory, oracle, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def alive(redis_queues):
    """A worker for each queue, a scheduler, and a reconciler that has just made a pass."""
    connection = redis_queues["scoring"].connection
    connection.hset("rq:scheduler_instance:test", mapping={"birth": "0"})
    for queue in redis_queues.values():
        Worker([queue], connection=connection).register_birth()
    reconciler.reconcile(now=timezone.now())
    return redis_queues


def said(moment) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def freeze_worker(queues, name: str, *, since) -> None:
    for worker in Worker.all(queue=queues[name]):
        queues[name].connection.hset(worker.key, "last_heartbeat", since.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


def remove_worker(queues, name: str) -> None:
    for worker in Worker.all(queue=queues[name]):
        worker.register_death()


def text_of() -> str:
    now = timezone.now()
    found = problem.current(now, view_states(now=now))
    return found.text if found else ""


def result_waits(*, since) -> None:
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    record(match, 2, 1)
    JobRun.objects.update(created_at=since, due_at=since, pushed_at=since, priority=JobRun.Priority.TODAY)


def test_there_is_no_problem_while_everything_works(alive, client):
    assert text_of() == ""
    assert "No known problems" in client.get("/status/").content.decode()
    assert client.get("/api/v1/status/").json()["problem"] is None


def test_a_frozen_worker_with_a_result_waiting(alive, client):
    since = timezone.now() - 5 * MINUTE
    result_waits(since=since + MINUTE)
    freeze_worker(alive, "scoring", since=since)

    text = (
        f"A result has waited for the leaderboards since {said(since + MINUTE)}:"
        f" no worker has responded on the queue scoring since {said(since)}."
    )
    assert text in client.get("/status/").content.decode()
    found = client.get("/api/v1/status/").json()
    assert (found["state"], found["problem"]["text"]) == ("late", text)
    assert found["problem"]["since"].startswith(f"{since + MINUTE:%Y-%m-%dT%H:%M:%S}")


def test_a_worker_that_is_gone_is_named_with_its_last_sign_of_life(alive):
    at = timezone.now() - 3 * MINUTE
    Heartbeat.objects.filter(name="worker stats").update(beat_at=at)
    remove_worker(alive, "stats")

    assert text_of() == f"No worker has responded on the queue stats since {said(at)}."


def test_a_worker_that_never_ran_is_named_without_a_time(alive):
    Heartbeat.objects.filter(name="worker content").delete()
    remove_worker(alive, "content")

    assert text_of() == "No worker has responded on the queue content."


def test_a_scheduler_that_is_gone(alive):
    at = Heartbeat.objects.get(name="scheduler").beat_at
    alive["scoring"].connection.delete("rq:scheduler_instance:test")

    assert text_of() == f"The scheduler has not responded since {said(at)}."


def test_an_unreachable_redis_is_named_and_its_workers_are_not(alive, settings, client):
    at = Heartbeat.objects.get(name="redis").beat_at
    nowhere = "redis://127.0.0.1:1/0?socket_connect_timeout=1"
    settings.RQ_QUEUES = {name: queue | {"URL": nowhere} for name, queue in settings.RQ_QUEUES.items()}

    assert text_of() == f"Redis has not responded since {said(at)}."
    assert client.get("/status/").status_code == 200


def test_a_reconciler_that_is_gone(alive):
    at = timezone.now() - 10 * MINUTE
    Heartbeat.objects.filter(name="reconciler").update(beat_at=at)

    assert text_of() == f"The reconciler has not looked for lost jobs since {said(at)}."


def test_views_that_lack_a_settlement(alive):
    at = timezone.now() - 10 * MINUTE
    result_waits(since=timezone.now())
    run_waiting("score_match")
    Settlement.objects.update(settled_at=at)

    assert text_of() == (
        f"A result has waited for the leaderboards since {said(at)}:"
        f" stats_leaderboard_live has not shown the newest results since {said(at)}."
    )


def test_a_job_due_too_late_because_a_clock_was_ahead(alive):
    ledger.enqueue("refresh_views", {"all": ""}, now=timezone.now() + timedelta(hours=2))

    assert text_of() == "Jobs are due too late, because a clock was ahead."


@pytest.mark.django_db(transaction=True)
def test_a_page_in_the_cache_says_so_although_the_database_did_not_change(alive, monkeypatch):
    monkeypatch.setattr(page_cache, "MAX_AGE", 0.5)
    page_cache.cache.clear()
    client = Client()
    assert "No known problems" in client.get("/status/").content.decode()

    freeze_worker(alive, "scoring", since=timezone.now() - 5 * MINUTE)
    time.sleep(0.6)

    assert "No worker has responded on the queue scoring" in client.get("/status/").content.decode()
