"""The boards of teams: with the others while that is quick, else later; never shown as newer."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from core.pipeline import ledger, reconciler, runner
from core.pipeline.models import JobRun
from stats import jobs
from stats.models import ViewRefresh
from stats.refresh import matviews, team_board_schedule
from stats.refresh.transaction import refresh_statistics
from stats.refresh.view_state import view_states
from tests.factories import MatchFactory, coin, oracle, predict, record
from tests.pipeline_helpers import run_job, run_waiting

KIND = "refresh_team_boards"
TEAM = "/api/v1/leaderboard/?team=ashford"


def counted_match() -> None:
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    predict(match, coin(), (1, 1))
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")


def make_slow(*, seconds: float = 10, ended: timedelta = timedelta(0)) -> ViewRefresh:
    """Let the newest refresh of the boards of teams have taken so long, and have ended so long ago."""
    newest = matviews.newest(matviews.TEAMS)
    assert newest is not None
    newest.finished_at = timezone.now() - ended
    newest.started_at = newest.finished_at - timedelta(seconds=seconds)
    newest.save()
    return newest


def matches_on(path: str) -> int:
    return max((row["matches"] for row in Client().get(path).json()["results"]), default=0)


@pytest.fixture
def resting(db) -> ViewRefresh:
    """One match on all boards; the refresh of those of teams took ten seconds, and ended this moment."""
    counted_match()
    return make_slow()


@pytest.mark.django_db
def test_where_they_are_quick_they_are_refreshed_with_the_others():
    counted_match()

    assert not JobRun.objects.filter(kind=KIND).exists()
    assert team_board_schedule.behind_since() is None
    assert matches_on(TEAM) == 1


def test_where_they_are_slow_the_others_do_not_wait_for_them(resting):
    counted_match()

    assert matviews.newest(matviews.TEAMS) == resting
    assert (matches_on("/api/v1/leaderboard/"), matches_on(TEAM)) == (2, 1)
    assert JobRun.objects.filter(kind="write_roundup", state="queued").count() == 2


@pytest.mark.django_db
def test_after_a_refresh_that_failed_the_others_go_on_without_them():
    counted_match()
    before = matviews.newest(matviews.TEAMS)
    (asked,) = jobs.request_refresh(now=timezone.now())
    run = JobRun.objects.get(pk=asked)
    run.attempt = 2

    jobs.refresh_views(run=run)

    assert matviews.newest(matviews.TEAMS) == before
    assert matviews.newest().started_at > before.started_at
    assert JobRun.objects.filter(kind=KIND, state="queued").exists()


def test_they_rest_four_times_as_long_as_their_refresh_took(resting):
    counted_match()
    counted_match()

    (waiting,) = JobRun.objects.filter(kind=KIND)
    assert waiting.queue == "teams"
    assert abs(waiting.due_at - resting.finished_at - timedelta(seconds=40)) < timedelta(milliseconds=1)


def test_then_they_show_what_the_others_show(resting):
    counted_match()
    make_slow(ended=timedelta(seconds=50))

    (run,) = run_waiting(KIND)

    assert run.state == "done"
    assert matches_on(TEAM) == 2
    assert team_board_schedule.behind_since() is None
    assert team_board_schedule.refreshes_with_others(), "it was quick this time"


def test_a_job_that_comes_too_early_waits_again_and_loses_no_attempt(resting):
    counted_match()
    for _ in range(5):
        JobRun.objects.filter(kind=KIND).update(due_at=timezone.now())
        run_job(JobRun.objects.get(kind=KIND).pk)

    run = JobRun.objects.get(kind=KIND)
    assert (run.state, run.attempt, run.max_attempts) == ("queued", 5, 8)
    assert run.due_at > timezone.now() + timedelta(seconds=30)
    assert matviews.newest(matviews.TEAMS) == resting


def test_a_job_that_comes_too_early_leaves_it_to_one_that_waits_already(resting):
    counted_match()
    running = ledger.claim(JobRun.objects.get(kind=KIND).pk, now=timezone.now() + timedelta(minutes=1))
    jobs.request_team_boards(now=timezone.now())

    runner.attempt(running)

    assert sorted(JobRun.objects.filter(kind=KIND).values_list("state", flat=True)) == ["queued", "skipped"]


def test_their_job_has_the_time_that_it_needs(resting, settings):
    counted_match()
    JobRun.objects.filter(kind=KIND).update(due_at=timezone.now())

    run = ledger.claim_next("teams", now=timezone.now())

    assert run is not None
    assert ledger.time_limit("teams") == 900
    assert run.lease_until - run.started_at == timedelta(seconds=900) + settings.JOB_LEASE - timedelta(
        seconds=settings.JOB_TIMEOUT
    )


def test_the_reconciler_asks_for_a_refresh_that_got_lost(resting):
    counted_match()
    JobRun.objects.filter(kind=KIND).delete()

    assert jobs.sweep_team_boards(timezone.now()) == 1
    assert jobs.sweep_team_boards(timezone.now()) == 0
    assert "team boards behind" in reconciler.reconcile(now=timezone.now()).swept


@pytest.mark.parametrize(("later", "state"), [(0, "waiting"), (110, "waiting"), (130, "stale")])
def test_they_are_stale_when_they_should_have_followed(resting, later, state):
    """A refresh of ten seconds may run, pause for forty seconds and run again before it counts as stale."""
    counted_match()
    now = timezone.now() + timedelta(seconds=later)

    states = {each.view: each for each in view_states(now=now)}

    assert (states[matviews.TEAMS].state, states[matviews.TEAMS].waiting) == (state, 1)
    assert states[matviews.LIVE].state == "fresh"


def test_a_command_leaves_them_to_their_beat_and_refreshes_them_when_told_to(resting, capsys):
    counted_match()

    call_command("refresh_views")
    assert "stats_leaderboard_team:" not in capsys.readouterr().out
    call_command("refresh_views", "--scope", "teams")
    assert "stats_leaderboard_team:" in capsys.readouterr().out
    assert team_board_schedule.behind_since() is None


def test_their_answers_carry_their_own_version(resting):
    counted_match()
    client = Client()
    before = client.get(TEAM)

    assert before.json()["meta"]["data_version"] == resting.pk < matviews.data_version()
    counted_match()
    again = client.get(TEAM, headers={"If-None-Match": before["ETag"]})
    assert again.status_code == 304, "nothing changed for this reader"
    refresh_statistics(at=timezone.now(), scope="teams")
    after = client.get(TEAM, headers={"If-None-Match": before["ETag"]})
    assert after.json()["meta"]["data_version"] == matviews.newest(matviews.TEAMS).pk


def test_their_page_says_that_newer_results_follow(resting):
    counted_match()
    team, overall = (
        Client().get(path).content.decode() for path in ("/leaderboard/?team=ashford", "/leaderboard/")
    )

    assert f"Data version {resting.pk}." in team
    assert "team leaderboards are updated less often" in team
    assert "Up to date" not in team
    assert f"Data version {matviews.data_version()}." in overall
    assert "By team (results up to" in Client().get("/forecasters/the-oracle/").content.decode()


def test_a_record_from_before_there_was_a_beat_shows_what_was_counted_before_it(resting):
    ViewRefresh.objects.update(after=None)
    assert team_board_schedule.behind_since() is None

    counted_match()
    assert team_board_schedule.behind_since() is not None


@pytest.mark.django_db(transaction=True)
def test_a_refresh_that_waits_for_another_shows_no_less_than_it(redis_queues):
    """The snapshot of a statement is taken when it begins, so it must begin after it got the lock."""
    counted_match()
    make_slow()
    second = threading.Thread(target=_refresh_teams)
    with transaction.atomic():
        matviews.lock_refreshes(matviews.TEAMS_LOCK)
        second.start()
        _until_somebody_waits()
        match = MatchFactory()
        predict(match, oracle(), (2, 1))
        record(match, 2, 1)
        run_waiting("score_match", "refresh_views")
        newest = matviews.data_version()
    second.join()

    assert matches_on(TEAM) == 2
    assert matviews.newest(matviews.TEAMS).after == newest


def _refresh_teams() -> None:
    try:
        refresh_statistics(at=timezone.now(), scope="teams")
    finally:
        connection.close()


def _until_somebody_waits() -> None:
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.01), count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[1]:
                return
    raise AssertionError("nobody waits")
