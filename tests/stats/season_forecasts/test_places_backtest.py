"""Back-test of the forecasts of final places: each sees only results from before its matchday."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.models import PointsAdjustment
from stats.models import PlacesBacktest, SeasonForecast
from stats.season_forecasts import places_backtest
from stats.season_forecasts.jobs import request_season_forecasts
from stats.season_forecasts.places_backtest import NoBacktest
from tests.factories import move, record
from tests.pipeline_helpers import run_waiting
from tests.stats.season_forecasts.leagues import league

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_runs(monkeypatch):
    monkeypatch.setattr(places_backtest, "RUNS", 500)


def backtest_of(stage) -> list[PlacesBacktest]:
    places_backtest.store(places_backtest.compute(stage, at=timezone.now()))
    return list(PlacesBacktest.objects.filter(stage=stage))


def test_the_forecasts_become_better_until_the_last_matchday():
    rows = backtest_of(league(12))

    assert [(row.matchday, row.open_matches) for row in rows] == [(day, 13 - day) for day in range(1, 13)]
    # 500 runs: the standard error of these averages is about 0.01.
    assert rows[0].rps == pytest.approx(rows[0].rps_of_equal, abs=0.05)
    assert rows[0].rps_of_table == pytest.approx(rows[0].rps_of_equal, abs=0.05)
    assert rows[-1].rps < rows[5].rps < rows[0].rps


def test_a_later_result_does_not_change_an_earlier_forecast():
    stage = league(12)
    before = backtest_of(stage)
    last = stage.matches.get(matchday=12)
    record(last, 0, 2, reason="Corrected")  # the same winner: the final table is the same

    after = backtest_of(stage)
    assert [row.input_hash for row in after] != [row.input_hash for row in before]
    assert [row.rps for row in after] == [row.rps for row in before]


def test_a_points_adjustment_or_an_unknown_kickoff_time_outdates_the_back_test():
    stage = league(12)
    backtest_of(stage)
    match = stage.matches.get(matchday=1)
    PointsAdjustment.objects.create(
        stage=stage,
        team=match.home_team,
        points=-6,
        decided_on=match.kickoff_at.date(),
        reason="Accounts",
        source="League",
        recorded_at=timezone.now(),
    )
    assert len(places_backtest.compute(stage, at=timezone.now()).rows) == 12

    backtest_of(stage)
    stage.matches.filter(pk=match.pk).update(kickoff_time_known=False)
    assert len(places_backtest.compute(stage, at=timezone.now()).rows) == 12


def test_a_match_that_was_brought_forward_does_not_begin_its_matchday():
    stage = league(12)
    stage.matches.filter(matchday__gt=10).update(matchday=10)
    moved, first, _ = stage.matches.filter(matchday=10).order_by("kickoff_at")
    move(moved, moved.kickoff_at - timedelta(days=8))

    *_, row = backtest_of(stage)
    assert (row.matchday, row.cutoff_at, row.open_matches) == (10, first.kickoff_at, 2)


def test_a_season_that_is_not_over_cannot_be_backtest_of():
    with pytest.raises(NoBacktest, match="it has matches that are not over"):
        places_backtest.compute(league(11), at=timezone.now())


def test_a_short_season_cannot_be_backtest_of():
    with pytest.raises(NoBacktest, match="it has 6 matchdays; at least 10 are required"):
        places_backtest.compute(league(6, ["Alder", "Birch", "Cedar"]), at=timezone.now())


def test_matchdays_that_take_too_long_are_left_for_the_next_run():
    stage = league(12)
    run = places_backtest.compute(stage, at=timezone.now(), limit=-1)
    assert (len(run.rows), run.is_partial) == (1, True)

    places_backtest.store(run)
    assert len(backtest_of(stage)) == 12
    assert places_backtest.compute(stage, at=timezone.now()).rows == []


def test_a_complete_season_is_tested_after_its_simulation():
    stage = league(12)
    request_season_forecasts([stage.season_id], now=timezone.now())

    (simulation,) = run_waiting("simulate_season")
    assert simulation.state == JobRun.State.DONE
    assert JobRun.objects.get(kind="backtest_places").key == str(stage.pk)
    assert PlacesBacktest.objects.count() == 0
    SeasonForecast.objects.update(seconds=0)  # no pause

    (run,) = run_waiting("backtest_places")
    assert run.state == JobRun.State.DONE
    assert PlacesBacktest.objects.filter(stage=stage).count() == 12
