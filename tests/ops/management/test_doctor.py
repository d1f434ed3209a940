"""`doctor` shows what is down and how to fix it, and never fails itself."""

import json
import os
import socket
import subprocess
import sys
import time
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from rq.worker import Worker

from core.pipeline import ledger
from core.pipeline.models import Heartbeat, JobRun
from matches.models import FeedSubscription, Stage
from tests.factories import MatchFactory, StageFactory, record, upcoming_match
from tests.matches.feeds.rows import a_feed_with_all_that_comes_of_it
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


def results(ran) -> dict[str, bool]:
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


def test_all_checks_pass_when_everything_runs(manage, alive):
    ran = manage("doctor", "--json")
    assert ran.code == 0
    assert ran.json["ok"] is True
    assert results(ran)["worker stats"]
    assert results(ran)["scheduler"]


def test_stages_to_decide_are_a_note(manage, alive):
    assert results(manage("doctor", "--json"))["stages"]

    upcoming_match(stage=StageFactory(name="Championship Round", kind=Stage.Kind.UNKNOWN))

    ran = manage("doctor", "--json")
    assert not results(ran)["stages"]
    assert "1 to decide: Premier League 2025/26, Championship Round" in detail(ran, "stages")
    assert ran.code == 0


def test_feeds_that_fail_or_are_not_fetched_are_named(manage, alive):
    MatchFactory()
    row = a_feed_with_all_that_comes_of_it()
    found = results(manage("doctor", "--json"))
    assert found["feeds"]
    assert not found["feed problems"], "a note only"

    FeedSubscription.objects.update(failures=3, error="it is out of order (500)")
    ran = manage("doctor", "--json")
    assert not results(ran)["feeds"]
    assert detail(ran, "feeds") == f"{row}: it is out of order (500)"

    FeedSubscription.objects.update(failures=0, error="", next_due_at=timezone.now() - timedelta(minutes=11))
    assert "not fetched, although it is due" in detail(manage("doctor", "--json"), "feeds")


def test_it_names_what_does_not_run(manage, redis_queues, db):
    ran = manage("doctor", "--json")
    assert ran.code == 4
    found = results(ran)
    assert found["database"]
    assert found["migrations"]
    assert found["redis"]
    assert not found["worker scoring"]
    assert not found["scheduler"]
    assert not found["reconciler"]
    hints = {check["name"]: check["hint"] for check in ran.json["checks"]}
    assert "manage.py rqworker scoring" in hints["worker scoring"]


def detail(ran, name: str) -> str:
    return next(check["detail"] for check in ran.json["checks"] if check["name"] == name)


def beat(queue, seconds_ago: float, *, workers: slice = slice(None)) -> None:
    """Set the last heartbeat of the queue's workers."""
    at = (timezone.now() - timedelta(seconds=seconds_ago)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    for worker in Worker.all(queue=queue)[workers]:
        queue.connection.hset(worker.key, "last_heartbeat", at)


def test_a_worker_without_a_recent_heartbeat_is_dead(manage, alive):
    beat(alive["scoring"], 76)
    ran = manage("doctor", "--json")
    assert not results(ran)["worker scoring"]
    assert results(ran)["worker stats"]
    assert detail(ran, "worker scoring") == "none alive, 1 dead"


def test_a_dead_worker_beside_a_live_one_is_counted(manage, alive):
    Worker([alive["scoring"]], connection=alive["scoring"].connection).register_birth()
    beat(alive["scoring"], 120, workers=slice(1))
    ran = manage("doctor", "--json")
    assert results(ran)["worker scoring"]
    assert detail(ran, "worker scoring") == "1 alive, heartbeat 0 s ago, 1 dead"


def test_a_heartbeat_slightly_in_the_future_is_shown_as_now(manage, alive):
    beat(alive["stats"], -0.4)
    assert detail(manage("doctor", "--json"), "worker stats") == "1 alive, heartbeat 0 s ago"


def test_a_worker_whose_clock_is_ahead_is_down(manage, alive):
    beat(alive["content"], -40)
    ran = manage("doctor", "--json")
    assert not results(ran)["clock of worker content"]
    assert "ahead of this one" in detail(ran, "clock of worker content")


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_that_differs_from_the_databases_is_down(manage, alive, minutes):
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        ran = manage("doctor", "--json", "--only", "clock")
    assert ran.code == 4
    assert "NTP" in ran.json["checks"][0]["hint"]


def test_a_scheduler_that_deregistered_is_down(manage, alive):
    alive["scoring"].connection.hset("rq:scheduler_instance:test", "death", "1")
    assert not results(manage("doctor", "--json"))["scheduler"]


def test_a_migration_that_is_not_applied_is_down(manage, alive):
    newest = MigrationRecorder.Migration.objects.filter(app="stats").latest("pk")
    newest.delete()
    ran = manage("doctor", "--json")
    assert not results(ran)["migrations"]
    assert newest.name in detail(ran, "migrations")


def test_an_overdue_match_is_down(manage, alive):
    MatchFactory(kickoff_at=timezone.now() - timedelta(hours=5))
    ran = manage("doctor", "--json")
    assert not results(ran)["overdue matches"]
    assert "Ashford" in detail(ran, "overdue matches")


def test_only_some_checks_can_be_run(manage, alive):
    Heartbeat.objects.all().delete()
    ran = manage("doctor", "--json", "--only", "worker")
    assert (ran.code, list(results(ran))) == (0, [f"worker {name}" for name in django_settings.RQ_QUEUES])
    assert manage("doctor", "--only", "worker stats", "--only", "reconciler").complaint == "Down: reconciler."


def test_an_unknown_check_is_an_error(manage, alive):
    ran = manage("doctor", "--only", "worke")
    assert ran.code == 2
    assert "worker scoring" in ran.complaint


def test_a_silent_reconciler_is_down(manage, alive):
    Heartbeat.objects.update(beat_at=timezone.now() - timedelta(minutes=10))
    ran = manage("doctor")
    assert ran.complaint == "Down: reconciler."


def test_the_command_in_the_hint_repairs_times_of_a_clock_that_was_ahead(manage, alive):
    ahead = timezone.now() + timedelta(hours=2)
    ledger.enqueue("refresh_views", {"all": ""}, now=ahead)
    Heartbeat.objects.update(beat_at=ahead)
    ran = manage("doctor", "--json", "--only", "times", "--only", "reconciler")
    assert results(ran) == {"reconciler": False, "times": False}
    assert "1 refresh_views jobs due too late" in detail(ran, "times")
    hints = {check["name"]: check["hint"] for check in ran.json["checks"]}
    assert "run `manage.py reconcile_jobs`" in hints["times"]

    manage("reconcile_jobs")

    assert manage("doctor", "--only", "times", "--only", "reconciler").code == 0
    assert JobRun.objects.get().due_at < timezone.now() + timedelta(seconds=2)


def test_overdue_jobs_are_down(manage, alive, match):
    record(match, 2, 1)
    long_ago = timezone.now() - timedelta(minutes=5)
    JobRun.objects.update(due_at=long_ago, pushed_at=long_ago)
    assert not results(manage("doctor", "--json"))["queue scoring"]


def test_waiting_archive_work_is_not_overdue(manage, alive, match):
    record(match, 2, 1)
    long_ago = timezone.now() - timedelta(minutes=5)
    JobRun.objects.update(due_at=long_ago, pushed_at=None, priority=JobRun.Priority.ARCHIVE)
    assert results(manage("doctor", "--json"))["queue scoring"]

    JobRun.objects.update(priority=JobRun.Priority.TODAY)
    assert not results(manage("doctor", "--json"))["queue scoring"]


def test_a_stale_view_is_down(manage, alive, match):
    record(match, 2, 1)
    run_waiting("score_match")
    from scoring.models import Settlement

    Settlement.objects.update(settled_at=timezone.now() - timedelta(minutes=5))
    found = results(manage("doctor", "--json"))
    assert not found["view stats_leaderboard_live"]


def test_settings_for_development_are_notes(manage, alive, settings):
    settings.DEBUG = True
    settings.CRON_SECRET = ""
    ran = manage("doctor", "--json")
    assert ran.code == 0
    notes = {check["name"] for check in ran.json["checks"] if check["note"] and not check["ok"]}
    assert {"DEBUG", "CRON_SECRET"} <= notes


def test_redis_down_fails_the_checks_that_depend_on_it(manage, db, settings):
    settings.RQ_QUEUES = {
        name: {**queue, "URL": "redis://127.0.0.1:1/0"} for name, queue in settings.RQ_QUEUES.items()
    }
    ran = manage("doctor", "--json")
    assert ran.code == 4
    found = results(ran)
    assert not any(found[name] for name in ("redis", "worker scoring", "worker stats", "scheduler"))
    assert found["database"]
    assert detail(ran, "worker scoring") == "unknown: redis is down"


def test_a_database_that_hangs_is_reported_within_seconds(manage, alive, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connection.settings_dict, "PORT", silent.getsockname()[1])
        began = time.monotonic()
        ran = manage("doctor", "--json")
    assert time.monotonic() - began < 5
    assert not results(ran)["database"]
    assert results(ran)["worker scoring"]


@pytest.mark.parametrize("command", ["doctor", "pipeline_status", "refresh_views", "rebuild_tallies"])
def test_without_a_database_there_is_one_line_and_no_traceback(command):
    nowhere = {
        "DATABASE_URL": "postgres://nobody:secret@127.0.0.1:1/nothing",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    ran = subprocess.run(
        [sys.executable, "manage.py", command, "--json"],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, **nowhere},
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
