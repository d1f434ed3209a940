"""The refresh job: many matches, one refresh; none forgotten; roundups only afterwards."""

import pytest
from django.utils import timezone

from core.pipeline import ledger
from core.pipeline.models import JobRun
from scoring import services as scoring
from stats import jobs
from stats.models import ViewRefresh
from stats.refresh import matviews
from tests.factories import MatchFactory, oracle, predict, record
from tests.pipeline_helpers import run_job, run_waiting

pytestmark = pytest.mark.django_db


def finished_match():
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    record(match, 2, 1)
    return match


def test_ten_matches_that_end_together_share_one_refresh():
    for _ in range(10):
        finished_match()
    run_waiting("score_match")

    (waiting,) = JobRun.objects.filter(kind="refresh_views")

    first_scored = JobRun.objects.filter(kind="score_match").earliest("finished_at")
    assert waiting.triggered_by == first_scored
    assert 0.9 < (waiting.due_at - waiting.created_at).total_seconds() < 1.1


def test_a_match_scored_while_a_refresh_runs_asks_for_the_next_one():
    finished_match()
    run_waiting("score_match")
    running = JobRun.objects.get(kind="refresh_views")
    assert ledger.claim(running.pk, now=running.due_at)
    finished_match()

    run_waiting("score_match")

    assert JobRun.objects.filter(kind="refresh_views", state="queued").count() == 1


def test_the_refresh_announces_only_what_it_covered_for_the_first_time():
    first = finished_match()
    run_waiting("score_match", "refresh_views")
    second = finished_match()
    run_waiting("score_match", "refresh_views")

    roundups = JobRun.objects.filter(kind="write_roundup").order_by("pk")
    assert [run.key for run in roundups] == [str(first.pk), str(second.pk)]
    refreshes = JobRun.objects.filter(kind="refresh_views").order_by("pk")
    assert [run.triggered_by for run in roundups] == list(refreshes)


def test_the_roundup_is_due_a_roundup_delay_after_the_refresh(settings):
    finished_match()
    run_waiting("score_match", "refresh_views")

    run = JobRun.objects.get(kind="write_roundup")
    assert (run.due_at - run.created_at) == settings.ROUNDUP_DELAY


def test_a_refresh_that_failed_half_way_leaves_no_trace_and_is_done_again(monkeypatch):
    finished_match()
    run_waiting("score_match")
    run = JobRun.objects.get(kind="refresh_views")
    JobRun.objects.update(due_at=timezone.now())
    with monkeypatch.context() as patch:
        patch.setitem(matviews.SCOPES, "all", ("stats_leaderboard_live", "no_such_view"))
        run_job(run.pk)
    assert not ViewRefresh.objects.exists()
    assert not JobRun.objects.filter(kind="write_roundup").exists()

    run_waiting("refresh_views")

    assert ViewRefresh.objects.exists()
    assert JobRun.objects.filter(kind="write_roundup").count() == 1


def test_the_sweep_asks_for_a_refresh_that_got_lost():
    match = finished_match()
    scoring.score_match(match_id=match.pk, settled_at=timezone.now())
    JobRun.objects.all().delete()

    assert jobs.sweep_unfolded(timezone.now()) == 1
    assert jobs.sweep_unfolded(timezone.now()) == 0
