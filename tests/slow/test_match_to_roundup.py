"""The whole story: a result goes in, a correct roundup comes out, once, in that order."""

import os
import signal

import pytest
from django.db import connection

from content.models import Roundup
from core.pipeline import ledger, registry
from core.pipeline.models import JobRun
from matches.models import Match
from scoring.models import Score, Settlement
from stats.leaderboards import Board, leaderboard
from stats.models import Tally, ViewRefresh
from tests.crew import crew
from tests.factories import MatchFactory, coin, homer, oracle, predict, record
from tests.pipeline_helpers import run_job, run_waiting

DONE = JobRun.State.DONE


def full_match() -> Match:
    match = MatchFactory()
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(match, homer(), (1, 0))
    predict(match, coin(), (1, 1), (1 / 3, 1 / 3, 1 / 3))
    return match


def published(match: Match) -> bool:
    return Roundup.objects.filter(
        match=match, status="published", result_version=match_version(match)
    ).exists()


def match_version(match: Match) -> int:
    return Match.objects.values_list("result_version", flat=True).get(pk=match.pk)


# --- The stages, one by one, in this process ----------------------------------------------------------


@pytest.mark.django_db
def test_a_result_becomes_a_roundup_stage_by_stage():
    match = full_match()
    record(match, 2, 1)

    ran = run_waiting()

    kinds = ["score_match", "refresh_views", "write_roundup"]
    assert [(run.kind, run.state) for run in ran] == [(kind, DONE) for kind in kinds]
    assert [run.triggered_by_id for run in ran] == [None, ran[0].pk, ran[1].pk]
    assert dict(Score.objects.values_list("prediction__forecaster__name", "points")) == {
        "The Oracle": 2 + 1 + 3,
        "The Homer": 2 + 1,
        "The Coin": 0,
    }
    overall = leaderboard(Board())
    assert [(row.forecaster.name, row.points, row.form) for row in overall] == [
        ("The Oracle", 6, "E"),
        ("The Homer", 3, "D"),
        ("The Coin", 0, "-"),
    ]
    roundup = Roundup.objects.get(match=match)
    assert "2-1" in roundup.title
    assert "The Oracle" in roundup.body


@pytest.mark.django_db
def test_every_stage_again_changes_nothing():
    match = full_match()
    record(match, 2, 1)
    ran = run_waiting()
    before = everything()

    for run in ran:
        run_job(run.pk)

    assert everything() == before


@pytest.mark.django_db
def test_a_correction_goes_all_the_way_and_the_old_roundup_stays_readable():
    match = full_match()
    record(match, 2, 1)
    run_waiting()
    record(match, 1, 1)

    run_waiting()

    old, new = Roundup.objects.filter(match=match).order_by("version")
    assert (old.status, new.status, new.result_version) == ("superseded", "published", 2)
    assert old.supersede_reason
    assert "1-1" in new.title
    assert Tally.objects.get(scope="overall", forecaster=oracle()).points == 0


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["finished", "abandoned"])
def test_a_match_that_nobody_predicted_or_that_is_void_goes_all_the_way_too(status):
    match = MatchFactory()
    record(match, 2, 1, status=status)

    run_waiting()

    assert published(match)
    assert Settlement.objects.get(match=match).folded_at is not None


def everything() -> list[list[dict[str, object]]]:
    models = (Settlement, Score, Tally, ViewRefresh, Roundup, JobRun)
    return [list(model.objects.order_by("pk").values()) for model in models]


# --- The same with real workers, a real scheduler, a real Redis ------------------------------------------


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_real_workers_take_ten_results_to_ten_roundups_in_order(redis_queues, tmp_path):
    matches = [full_match() for _ in range(10)]
    with crew(tmp_path, ROUNDUP_DELAY="1") as team:
        for match in matches:
            record(match, 2, 1)
        team.until(lambda: all(published(match) for match in matches))
        team.until(lambda: not ledger.is_busy())

    waited_for = JobRun.objects.exclude(kind__in=registry.background())
    assert set(waited_for.values_list("state", flat=True)) == {DONE}
    assert JobRun.objects.filter(kind="refresh_views").count() <= 3, (
        "matches that end together share a refresh"
    )
    for match in matches:
        settlement = Settlement.objects.get(match=match)
        counted = JobRun.objects.get(
            kind="refresh_views", started_at__lte=settlement.folded_at, finished_at__gte=settlement.folded_at
        )
        written = JobRun.objects.get(kind="write_roundup", key=str(match.pk))
        assert written.triggered_by == counted
        assert settlement.settled_at < counted.finished_at < written.started_at
        assert (written.due_at - counted.finished_at).total_seconds() <= 1
    assert Tally.objects.get(scope="overall", forecaster=oracle()).points == 10 * 6


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_the_story_ends_well_although_workers_redis_and_connections_are_killed(redis_queues, tmp_path):
    """A taste of a bad day: kill -9 of every worker, an empty Redis, every database connection cut."""
    matches = [full_match() for _ in range(12)]
    with crew(tmp_path, ROUNDUP_DELAY="1", JOB_LEASE="5") as team:
        for match in matches:
            record(match, 2, 1)
        team.until(lambda: JobRun.objects.filter(state=DONE).count() >= 3)
        for name in ("scoring", "stats", "content", "scheduler"):
            os.kill(team[name].pid, signal.SIGKILL)
        redis_queues["scoring"].connection.flushdb()
        cut_all_other_connections()
        team.until(lambda: all(published(match) for match in matches), seconds=90)
        team.until(lambda: not ledger.is_busy())

    for match in matches:
        assert Settlement.objects.filter(match=match).count() == 1
        assert Roundup.objects.filter(match=match).count() == 1
    assert Score.objects.count() == 3 * len(matches)
    assert Tally.objects.get(scope="overall", forecaster=oracle()).points == 12 * 6


def cut_all_other_connections() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
