"""The replay: predictions before results, results in kickoff order, and no scoring of its own."""

import ast
import json
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from matches.forecasters.statistical import BASELINES
from matches.models import Forecaster, Match, Prediction, ResultRevision, Team
from tests.crew import crew
from tests.factories import record
from tests.pipeline_helpers import run_waiting
from tools.demo import replay, summary
from tools.demo import season as facts
from tools.demo.first_rows import FirstRows
from tools.demo.summary import Progress

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> facts.SeasonData:
    return facts.load_season(facts.EPL_2015_16)


@pytest.fixture
def cast(season) -> FirstRows:
    return FirstRows.assemble([season], now=timezone.now())


def test_creating_the_first_rows_twice_adds_nothing(season, cast):
    again = FirstRows.assemble([season], now=timezone.now())

    assert again.seasons == cast.seasons
    assert Team.objects.count() == 20
    assert Forecaster.objects.count() == len(BASELINES)


def test_existing_fixtures_are_reused(season, cast):
    first = facts.rounds(season)[0].matches
    added = cast.add_fixtures(season, first[:4])

    found = cast.add_fixtures(season, first)

    assert found[:4] == added
    assert Match.objects.count() == len(first)


def test_predictions_are_archive_and_made_before_the_rounds_results(season, cast):
    matches = cast.add_fixtures(season, facts.rounds(season)[0].matches)

    replay._predict(matches)
    replay._predict(matches)

    assert Prediction.objects.count() == len(matches) * len(BASELINES)
    assert set(Prediction.objects.values_list("provenance", flat=True)) == {"archive"}


def test_results_come_in_kickoff_order(season, cast):
    for each in facts.rounds(season)[:3]:
        replay._record(zip(cast.add_fixtures(season, each.matches), each.matches, strict=True))

    kickoffs = list(ResultRevision.objects.order_by("pk").values_list("match__kickoff_at", flat=True))
    assert kickoffs == sorted(kickoffs)


def test_a_corrected_result_survives_a_second_replay(season, cast):
    each = facts.rounds(season)[0]
    match, fact = cast.add_fixtures(season, each.matches)[0], each.matches[0]
    replay._record([(match, fact)])
    record(match, 9, 9)

    assert replay._record(zip(cast.add_fixtures(season, each.matches[:1]), [fact], strict=True)) == 0

    match.refresh_from_db()
    assert (match.home_score, match.result_version) == (9, 2)


def test_the_replay_calls_no_scoring_no_stats_and_no_writing():
    tree = ast.parse(Path(replay.__file__).read_text(encoding="utf-8"))
    imported = {
        f"{node.module}.{name.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }

    of_the_pipeline = {name for name in imported if name.startswith(("scoring", "stats", "content"))}
    assert of_the_pipeline == {"scoring.models.Settlement"}, "reading is fine"


def test_the_summary_is_incomplete_while_a_match_lacks_scores_or_a_roundup(season, cast):
    each = facts.rounds(season)[0]
    matches = cast.add_fixtures(season, each.matches)
    replay._predict(matches)
    replay._record(zip(matches, each.matches, strict=True))
    assert not summary.is_complete()

    run_waiting("score_match", "refresh_views")
    assert not summary.is_complete()

    run_waiting()
    assert summary.is_complete()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_for_a_moment_does_not_end_the_replay(monkeypatch, capsys):
    began = []

    def cut_off_the_first_time():
        began.append(True)
        if len(began) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(replay, "replay", cut_off_the_first_time)

    replay._replay_through_outages()

    assert len(began) == 2
    assert "continuing in 1 s" in capsys.readouterr().err


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_two_rounds_through_real_workers_end_in_a_summary(
    season, redis_queues, tmp_path, live_server, monkeypatch, capsys
):
    monkeypatch.setenv("PORT", str(live_server.thread.port))
    cast = FirstRows.assemble([season], now=timezone.now())
    with crew(tmp_path, ROUNDUP_DELAY="1"), Progress() as progress:
        for each in facts.rounds(season)[:2]:
            replay._play_round(cast, season, each, progress)
        replay._wait(replay._all_published, progress, "the last roundups")
    summary.show(summary.collect(seconds=1.0), as_json=True)

    printed = json.loads(capsys.readouterr().out.splitlines()[-1])
    finished = Match.objects.filter(status="finished").count()
    assert printed["matches_finished"] == printed["settlements"] == printed["roundups"] == finished
    assert printed["predictions"] == finished * len(BASELINES)
    assert printed["failed_jobs"] == 0
    assert printed["view_refreshes"] >= 2
    assert 0 < printed["whistle_to_leaderboard_seconds"]["median"] < 30
    assert printed["leaderboard"][0]["rank"] == 1
    assert {row["matches"] for row in printed["leaderboard"]} == {finished}
