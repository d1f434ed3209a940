"""`pipeline_status`: what is where, and exit code 4 while the boards lag behind."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from config.pipeline.models import JobRun
from tests.factories import record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


def test_an_empty_installation_is_fresh(manage, db):
    ran = manage("pipeline_status", "--json")
    assert ran.code == 0
    assert ran.json["fresh"] is True
    assert ran.json["matches"]["finished"] == 0
    assert ran.json["data_version"] == 0


def test_a_result_that_is_not_counted_yet_is_not_fresh(manage, match):
    record(match, 2, 1)
    ran = manage("pipeline_status", "--json")
    assert (ran.code, ran.json["fresh"]) == (4, False)
    assert ran.json["jobs"] == {"score_match": {"queued": 1}}
    run_waiting("score_match")
    assert manage("pipeline_status").code == 4


def test_a_counted_result_is_fresh(manage, match):
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    ran = manage("pipeline_status", "--json")
    assert ran.code == 0
    matches = ran.json["matches"]
    assert (matches["finished"], matches["scored"], matches["counted"], matches["published"]) == (1, 1, 1, 0)
    assert 0 < ran.json["whistle_to_leaderboard_seconds"]["median"] < 60
    states = {view["view"]: view["state"] for view in ran.json["views"]}
    assert states["stats_leaderboard_live"] == states["stats_standings"] == "fresh"


def test_a_roundup_that_is_overdue_is_not_fresh(manage, match):
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        ran = manage("pipeline_status")
    assert ran.code == 4
    assert "1 roundups are overdue" in ran.complaint


def test_a_published_match_stays_fresh(manage, match):
    record(match, 2, 1)
    run_waiting()
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        ran = manage("pipeline_status", "--json")
    assert (ran.code, ran.json["matches"]["published"]) == (0, 1)
    assert manage("pipeline_status", "--match", str(match.pk)).code == 0


def test_failed_and_overdue_jobs_are_named(manage, match):
    record(match, 2, 1)
    JobRun.objects.update(due_at=timezone.now() - timedelta(minutes=5), error="ValueError: no\nmore")
    ran = manage("pipeline_status")
    assert f"match:{match.pk}: queued, overdue, ValueError: no\n" in ran.said


def test_one_match_is_told_from_the_whistle_on(manage, match):
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    ran = manage("pipeline_status", "--match", str(match.pk), "--json")
    assert ran.code == 4  # its roundup is still to come
    assert [(stage["name"], stage["state"]) for stage in ran.json["stages"]][:2] == [
        ("scored", "done"),
        ("counted", "done"),
    ]
    assert ran.json["timeline"][0]["what"] == "Result 1 recorded"
    assert "score_match queued" in manage("pipeline_status", "--match", str(match.pk)).said


def test_a_match_to_come_is_fresh(manage, match):
    assert manage("pipeline_status", "--match", str(match.pk)).code == 0


def test_an_unknown_match_is_named(manage, db):
    ran = manage("pipeline_status", "--match", "987654")
    assert (ran.code, ran.complaint) == (1, "There is no match with id 987654.")


def test_it_works_while_redis_is_down(manage, match, settings):
    settings.RQ_QUEUES = {
        name: {**queue, "URL": "redis://127.0.0.1:1/0"} for name, queue in settings.RQ_QUEUES.items()
    }
    record(match, 2, 1)
    assert manage("pipeline_status").code == 4
