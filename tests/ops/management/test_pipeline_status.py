"""`pipeline_status`: the state of the pipeline, and exit code 4 while the leaderboards are not up to date."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from content.models import Roundup
from core.pipeline.models import JobRun
from matches.models import Match
from stats.jobs import refresh_now
from tests.factories import ForecasterFactory, MatchFactory, predict, record, upcoming_match
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
    assert "overdue roundups: 1;" in ran.complaint


def test_a_published_match_stays_fresh(manage, match):
    record(match, 2, 1)
    run_waiting()
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        ran = manage("pipeline_status", "--json")
    assert (ran.code, ran.json["matches"]["published"]) == (0, 1)
    assert manage("pipeline_status", "--match", str(match.pk)).code == 0


def test_failed_and_overdue_jobs_are_named(manage, match):
    record(match, 2, 1)
    long_ago = timezone.now() - timedelta(minutes=5)
    JobRun.objects.update(due_at=long_ago, pushed_at=long_ago, error="ValueError: no\nmore")
    ran = manage("pipeline_status")
    assert f"match:{match.pk}: queued, overdue, ValueError: no\n" in ran.said


def test_one_match_is_shown_with_its_steps_and_timeline(manage, match):
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


def test_a_match_to_come_is_fresh(manage, db):
    match = upcoming_match()
    refresh_now(at=timezone.now(), scope="standings")
    assert manage("pipeline_status", "--match", str(match.pk)).code == 0
    assert manage("pipeline_status").code == 0


def kicked_off(hours: float, status: str = "scheduled") -> Match:
    """A match that kicked off so many hours ago and has come no further than this status."""
    match = MatchFactory(kickoff_at=timezone.now() - timedelta(hours=hours))
    if status != "scheduled":
        record(match, status=status)
    return match


@pytest.mark.parametrize("status", ["scheduled", "live"])
def test_a_match_without_a_result_four_hours_after_its_kickoff_is_overdue(manage, db, status):
    match = kicked_off(5.2, status)

    ran = manage("pipeline_status")
    assert ran.code == 4
    assert "overdue results: 1." in ran.complaint
    assert f"(id {match.pk}): {status}, no result 5 hours after kickoff; record its result" in ran.said
    report = manage("pipeline_status", "--json").json
    assert report["matches"]["results_overdue"] == 1
    assert [(late["id"], late["hours"]) for late in report["overdue_matches"]] == [(match.pk, 5.2)]


def test_a_suspended_match_is_named_but_alone_raises_no_alarm(manage, db):
    kicked_off(5.2, "suspended")
    refresh_now(at=timezone.now(), scope="standings")

    ran = manage("pipeline_status")

    assert ran.code == 0
    assert "suspended, no result 5 hours after kickoff; record its result once it is played out" in ran.said


def test_a_match_that_may_still_be_played_is_not_overdue(manage, db):
    kicked_off(3.9, "live")
    kicked_off(30, "postponed")
    refresh_now(at=timezone.now(), scope="standings")
    assert manage("pipeline_status").code == 0


def test_a_match_suspended_for_months_is_told_in_days_and_how_it_can_end(manage, db):
    match = kicked_off(24 * 62, "suspended")
    ran = manage("pipeline_status", "--match", str(match.pk))
    assert (ran.code, ran.complaint) == (4, "Not fresh: this match has no result long after its kickoff.")
    assert "suspended, no result 62 days after kickoff" in ran.said
    assert "once it is played out, or that it is abandoned or awarded" in ran.said


def test_a_result_ends_it(manage, db):
    record(kicked_off(30), 1, 0)
    run_waiting()
    assert manage("pipeline_status").code == 0


def test_the_seconds_of_a_match_are_those_of_its_first_telling(manage, match):
    """Late predictions settle the same result again months later; it was on the leaderboards long before."""
    record(match, 2, 1)
    run_waiting()
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        predict(match, ForecasterFactory(name="The Latecomer"), (2, 1))
        run_waiting()
        report = manage("pipeline_status", "--match", str(match.pk), "--json").json

    assert Roundup.objects.filter(match=match).count() == 2
    assert [stage["state"] for stage in report["stages"]] == ["done"] * 3
    assert all(0 < stage["seconds"] < 60 for stage in report["stages"])


def test_an_unknown_match_is_named(manage, db):
    ran = manage("pipeline_status", "--match", "987654")
    assert (ran.code, ran.complaint) == (1, "No match with id 987654.")


def test_it_works_while_redis_is_down(manage, match, settings):
    settings.RQ_QUEUES = {
        name: {**queue, "URL": "redis://127.0.0.1:1/0"} for name, queue in settings.RQ_QUEUES.items()
    }
    record(match, 2, 1)
    assert manage("pipeline_status").code == 4
