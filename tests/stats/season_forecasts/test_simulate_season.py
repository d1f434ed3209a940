"""Season forecasts: stored with their version, from public data only, at most a fifth of the time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.forecasters.base import Fixture
from matches.forecasters.dixon_coles import DixonColes
from matches.forecasters.score_matrix import score_grid, tendencies
from matches.models import Match
from matches.services.baselines import known_before
from matches.services.seasons import adjust_points
from stats.models import SeasonForecast
from stats.season_forecasts import forecast_rows, schedule
from stats.season_forecasts.jobs import request_season_forecasts, sweep_season_forecasts
from stats.simulation.simulate import RUNS
from tests.factories import SeasonFactory, coin, oracle, predict, record
from tests.pipeline_helpers import run_waiting
from tests.stats.season_forecasts.leagues import kick_off, league, open_matches, play_next, simulated

pytestmark = pytest.mark.django_db


def baseline(stage) -> SeasonForecast:
    return SeasonForecast.objects.get(stage=stage, forecaster=None)


def team_rows(forecast: SeasonForecast) -> list[dict]:
    return forecast.tables[0]["teams"]


def test_rows_and_columns_of_a_stored_table_sum_to_the_number_of_runs():
    stage = league(7)
    simulated(stage)

    rows = [team["counts"] for team in team_rows(baseline(stage))]
    assert {sum(row) for row in rows} == {sum(column) for column in zip(*rows, strict=True)} == {RUNS}
    assert sum(team["title"] for team in team_rows(baseline(stage))) == RUNS
    assert sum(team["relegated"] for team in team_rows(baseline(stage))) == RUNS


def test_a_played_out_season_is_certain():
    stage = league(12)
    simulated(stage)

    forecast = baseline(stage)
    assert forecast.open_matches == 0
    counts = [team["counts"] for team in team_rows(forecast)]
    assert counts == [[RUNS if place == row else 0 for place in range(4)] for row in range(4)]


def test_the_frequencies_of_a_last_match_are_the_probabilities_of_the_baseline():
    stage = league(11)
    simulated(stage)
    match = open_matches(stage)[0]
    strengths = DixonColes().fit(
        tuple(known_before(timezone.now(), competition_id=stage.season.competition_id))
    )

    (stored,) = [each for each in baseline(stage).importance if each["match"] == match.pk]
    home_win = tendencies(score_grid(*strengths.means(match_fixture(match)), rho=strengths.rho))[0]
    assert stored["runs"][0] / RUNS == pytest.approx(home_win, abs=0.02)


def match_fixture(match: Match) -> Fixture:
    return Fixture(match.kickoff_at, match.home_team.slug, match.away_team.slug)


def test_a_points_deduction_counts_in_every_run():
    stage = league(7)
    simulated(stage)
    leader = team_rows(baseline(stage))[0]["team"]

    adjust_points(
        stage=stage,
        team=stage.season.matches.filter(home_team=leader).first().home_team,
        points=-50,
        decided_on=timezone.now().date(),
        reason="Insolvency",
        source="The league",
        recorded_at=timezone.now(),
    )
    simulated(stage)
    assert team_rows(baseline(stage))[-1]["team"] == leader
    assert team_rows(baseline(stage))[-1]["relegated"] == RUNS


def test_a_forecast_is_computed_again_only_if_its_input_changed():
    stage = league(7)
    assert len(simulated(stage).rows) == 1
    before = baseline(stage)

    again = simulated(stage)

    assert (again.rows, again.checked) == ([], [before.pk])
    assert baseline(stage).as_of > before.as_of
    assert baseline(stage).computed_at == before.computed_at
    play_next(stage, 0, 3)
    assert len(simulated(stage).rows) == 1


def test_a_prediction_counts_only_once_it_is_public():
    """Before the reveal nothing about it may be computed, because readers could work it out."""
    stage = league(11)
    match = open_matches(stage)[0]
    predict(match, oracle(), probabilities=(0.98, 0.01, 0.01), provenance="live")

    simulated(stage)
    assert SeasonForecast.objects.get().forecaster is None

    kick_off(match)
    simulated(stage)
    own = SeasonForecast.objects.get(forecaster=oracle())
    assert (own.own_matches, own.open_matches) == (1, 1)
    assert own.importance[0]["runs"][0] / RUNS == pytest.approx(0.98, abs=0.01)


def test_a_forecast_of_a_forecaster_ends_with_the_match():
    stage = league(11)
    match = open_matches(stage)[0]
    predict(match, oracle(), probabilities=(0.6, 0.2, 0.2), provenance="live")
    kick_off(match)
    simulated(stage)
    assert SeasonForecast.objects.filter(forecaster=oracle()).exists()

    record(match, 1, 0)
    simulated(stage)
    assert not SeasonForecast.objects.filter(forecaster=oracle()).exists()


def test_a_forecast_that_takes_too_long_is_left_for_the_next_run(monkeypatch):
    stage = league(10)
    for match in open_matches(stage):
        predict(match, oracle(), probabilities=(0.6, 0.2, 0.2), provenance="live")
        predict(match, coin(), probabilities=(0.4, 0.3, 0.3), provenance="live")
        kick_off(match)
    monkeypatch.setattr(forecast_rows, "TIME_LIMIT", -1)

    assert simulated(stage).is_partial
    monkeypatch.undo()
    assert not simulated(stage).is_partial
    assert SeasonForecast.objects.count() == 3


def test_a_result_leads_to_a_simulation_after_the_refresh():
    stage = league(10)
    JobRun.objects.all().delete()
    play_next(stage, 2, 0)

    run_waiting("score_match", "refresh_views")
    waiting = JobRun.objects.get(kind="simulate_season")
    assert (waiting.queue, waiting.key) == ("teams", str(stage.season_id))
    assert waiting.due_at > timezone.now() + timedelta(minutes=4)

    (run,) = run_waiting("simulate_season")
    assert run.state == JobRun.State.DONE
    assert baseline(stage).data_version > 0
    request_season_forecasts([stage.season_id], now=timezone.now())


def test_a_job_without_changes_stores_that_the_forecasts_are_up_to_date():
    stage = league(10)
    simulated(stage)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    SeasonForecast.objects.update(computed_at=an_hour_ago, as_of=an_hour_ago)
    request_season_forecasts([stage.season_id], now=timezone.now())

    (run,) = run_waiting("simulate_season")
    assert run.state == JobRun.State.DONE
    assert (baseline(stage).computed_at, baseline(stage).as_of > an_hour_ago) == (an_hour_ago, True)


def test_a_public_prediction_that_changes_no_forecast_leads_to_one_simulation():
    stage = league(11)
    match = open_matches(stage)[0]
    kick_off(match)
    simulated(stage)
    SeasonForecast.objects.update(
        as_of=timezone.now() - timedelta(minutes=5), computed_at=timezone.now() - timedelta(hours=1)
    )
    predict(match, oracle(), probabilities=(0.6, 0.2, 0.2), provenance="hindsight")
    JobRun.objects.all().delete()

    assert sweep_season_forecasts(timezone.now()) == 1
    run_waiting("simulate_season")
    assert sweep_season_forecasts(timezone.now()) == 0


def test_simulations_pause_four_times_as_long_as_the_last_one_took():
    stage = league(10)
    simulated(stage)
    SeasonForecast.objects.update(seconds=30)
    computed_at = baseline(stage).computed_at
    assert schedule.next_run_at(now=timezone.now()) == computed_at + timedelta(seconds=150)
    other = SeasonFactory(label="2026/27")
    play_next(stage, 2, 0)

    request_season_forecasts([stage.season_id, other.pk], now=timezone.now())
    (run,) = run_waiting("simulate_season")  # the other season has no table

    assert run.state == JobRun.State.QUEUED
    assert run.due_at == computed_at + timedelta(seconds=150)
    SeasonForecast.objects.update(computed_at=timezone.now() + timedelta(hours=1))
    assert schedule.next_run_at(now=timezone.now()) is None


def test_a_season_is_simulated_again_when_predictions_become_public():
    stage = league(11)
    match = open_matches(stage)[0]
    predict(match, oracle(), probabilities=(0.6, 0.2, 0.2), provenance="live")
    simulated(stage)
    JobRun.objects.all().delete()
    assert sweep_season_forecasts(timezone.now()) == 0

    kick_off(match)
    SeasonForecast.objects.update(as_of=timezone.now() - timedelta(minutes=5))

    assert sweep_season_forecasts(timezone.now()) == 1
    assert sweep_season_forecasts(timezone.now()) == 0  # one is queued
    simulated(stage)
    JobRun.objects.all().delete()
    assert sweep_season_forecasts(timezone.now()) == 0


def test_what_each_team_needs_is_counted_when_three_matches_a_team_are_left():
    stage = league(5)
    simulated(stage)
    assert baseline(stage).needs == []

    for _ in range(6):
        play_next(stage, 0, 0)
    simulated(stage)

    (group,) = baseline(stage).needs
    assert (group["matches"], group["outcomes"]) == (1, 3)
    assert {each["event"] for team in group["teams"] for each in team["needs"]} == {"title", "safe"}
