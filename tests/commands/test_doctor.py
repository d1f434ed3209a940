"""`doctor`: says what is down and what to do, and never falls over."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from rq.worker import Worker

from config.pipeline.models import Heartbeat, JobRun
from tests.factories import record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


def verdicts(ran) -> dict[str, bool]:
    return {check["name"]: check["ok"] for check in ran.json["checks"]}


@pytest.fixture
def alive(redis_queues, db):
    """Everything that the service needs: a registered worker a queue, a scheduler, a reconciler."""
    Heartbeat.objects.create(name="reconciler", beat_at=timezone.now())
    connection = redis_queues["scoring"].connection
    connection.hset("rq:scheduler_instance:test", mapping={"birth": "0"})
    workers = [Worker([queue], connection=connection) for queue in redis_queues.values()]
    for worker in workers:
        worker.register_birth()
    return redis_queues


def test_all_is_well_when_everything_runs(manage, alive):
    ran = manage("doctor", "--json")
    assert ran.code == 0
    assert ran.json["ok"] is True
    assert verdicts(ran)["worker stats"]
    assert verdicts(ran)["scheduler"]


def test_it_names_what_does_not_run(manage, redis_queues, db):
    ran = manage("doctor", "--json")
    assert ran.code == 4
    found = verdicts(ran)
    assert found["database"]
    assert found["migrations"]
    assert found["redis"]
    assert not found["worker scoring"]
    assert not found["scheduler"]
    assert not found["reconciler"]
    hints = {check["name"]: check["hint"] for check in ran.json["checks"]}
    assert "manage.py rqworker scoring" in hints["worker scoring"]


def test_a_worker_that_stopped_beating_is_not_alive(manage, alive):
    connection = alive["scoring"].connection
    long_ago = (timezone.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    for key in connection.scan_iter(match="rq:worker:*"):
        connection.hset(key, "last_heartbeat", long_ago)
    assert not verdicts(manage("doctor", "--json"))["worker scoring"]


def test_a_silent_reconciler_is_down(manage, alive):
    Heartbeat.objects.update(beat_at=timezone.now() - timedelta(minutes=10))
    ran = manage("doctor")
    assert ran.complaint == "Down: reconciler."


def test_jobs_that_nobody_fetches_are_down(manage, alive, match):
    record(match, 2, 1)
    JobRun.objects.update(due_at=timezone.now() - timedelta(minutes=5))
    assert not verdicts(manage("doctor", "--json"))["queue scoring"]


def test_a_stale_view_is_down(manage, alive, match):
    record(match, 2, 1)
    run_waiting("score_match")
    from scoring.models import Settlement

    Settlement.objects.update(settled_at=timezone.now() - timedelta(minutes=5))
    found = verdicts(manage("doctor", "--json"))
    assert not found["view stats_leaderboard_live"]


def test_dangerous_settings_are_notes_not_faults(manage, alive, settings):
    settings.DEBUG = True
    settings.CRON_SECRET = ""
    ran = manage("doctor", "--json")
    assert ran.code == 0
    notes = {check["name"] for check in ran.json["checks"] if check["note"] and not check["ok"]}
    assert {"DEBUG", "CRON_SECRET"} <= notes


def test_redis_down_is_an_answer(manage, db, settings):
    settings.RQ_QUEUES = {
        name: {**queue, "URL": "redis://127.0.0.1:1/0"} for name, queue in settings.RQ_QUEUES.items()
    }
    ran = manage("doctor", "--json")
    assert ran.code == 4
    assert not verdicts(ran)["redis"]
    assert verdicts(ran)["database"]


@pytest.mark.parametrize("command", ["doctor", "pipeline_status", "refresh_views", "rebuild_tallies"])
def test_without_a_database_there_is_a_sentence_and_no_traceback(command):
    nowhere = {
        "DATABASE_URL": "postgres://nobody:secret@127.0.0.1:1/nothing",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    ran = subprocess.run(
        [sys.executable, "manage.py", command, "--json"],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "SECRET_KEY": "for tests", **nowhere},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == (4 if command == "doctor" else 1)
    assert "Traceback" not in ran.stderr
    assert "secret" not in ran.stderr + ran.stdout
    if command == "doctor":
        assert json.loads(ran.stdout)["ok"] is False
    else:
        assert ran.stdout == ""
        assert "does not answer" in ran.stderr
