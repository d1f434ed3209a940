"""Two hours ahead, then right again: results recorded before and after reach boards and roundups in time."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from content.models import Roundup
from content.pages.selectors import freshness
from core.pipeline import ledger, reconciler, runner
from core.pipeline.models import JobRun
from matches.models import Match
from scoring.models import Settlement
from stats.refresh.view_state import view_states
from tests.factories import MatchFactory, oracle, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db
AHEAD = timedelta(hours=2)


def predicted_match() -> Match:
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    return match


def work(*, seconds: int) -> None:
    """Do what workers would do in these seconds: run what is due by then, nothing else."""
    began = timezone.now()
    for second in range(seconds + 1):
        with time_machine.travel(began + timedelta(seconds=second)):
            for queue in ("scoring", "stats", "content"):
                while run := ledger.claim_next(queue, now=timezone.now()):
                    assert runner.attempt(run), JobRun.objects.get(pk=run.pk).traceback


def matches_on_the_board() -> int:
    return max((row["matches"] for row in Client().get("/api/v1/leaderboard/").json()["results"]), default=0)


@pytest.mark.parametrize("done_ahead", [(), ("score_match",), ("score_match", "refresh_views")])
def test_a_new_result_reaches_the_boards_within_seconds(redis_queues, done_ahead):
    first, second = predicted_match(), predicted_match()
    with time_machine.travel(timezone.now() + AHEAD):
        record(first, 2, 1)
        if done_ahead:
            run_waiting(*done_ahead)

    record(second, 2, 1)
    work(seconds=3)
    assert Settlement.objects.filter(match=second, folded_at__isnull=False).exists()
    assert matches_on_the_board() >= 1

    reconciler.reconcile(now=timezone.now())
    work(seconds=3)
    assert matches_on_the_board() == 2
    assert freshness.current(timezone.now()).state == "fresh"
    assert {view.state for view in view_states(now=timezone.now())} <= {"fresh", "empty"}

    reconciler.reconcile(now=timezone.now())
    work(seconds=35)
    assert set(Roundup.objects.filter(status="published").values_list("match", flat=True)) == {
        first.pk,
        second.pk,
    }


def test_a_clock_that_was_behind_holds_nothing_up(redis_queues):
    first, second = predicted_match(), predicted_match()
    record(first, 2, 1)
    run_waiting()
    with time_machine.travel(timezone.now() - timedelta(minutes=30)):
        record(second, 2, 1)
        run_waiting("score_match", "refresh_views")

    work(seconds=3)

    assert matches_on_the_board() == 2
    assert Roundup.objects.filter(match=second, status="published").exists()


def test_a_single_settlement_in_the_future_has_its_roundup_now(redis_queues):
    match = predicted_match()
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    JobRun.objects.filter(kind="write_roundup").delete()
    Settlement.objects.update(settled_at=timezone.now() + AHEAD, folded_at=timezone.now() + AHEAD)

    reconciler.reconcile(now=timezone.now())
    work(seconds=31)

    assert Roundup.objects.filter(match=match, status="published").exists()


def test_a_roundup_that_failed_is_not_asked_for_again_and_again(redis_queues):
    match = predicted_match()
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    JobRun.objects.filter(kind="write_roundup").update(state="failed", finished_at=timezone.now())
    Settlement.objects.update(folded_at=timezone.now() + AHEAD)

    assert reconciler.reconcile(now=timezone.now()).swept["matches without a roundup"] == 0
