"""GET /api/v1/season-forecasts/ and its back-test."""

import pytest
from django.utils import timezone

from stats.season_forecasts import places_backtest
from tests.factories import SeasonFactory, StageFactory, oracle, predict
from tests.stats.season_forecasts.leagues import kick_off, league, open_matches, simulated

pytestmark = pytest.mark.django_db
URL = "/api/v1/season-forecasts/"


def test_a_season_lists_the_frequencies_of_all_final_places(client):
    stage = league(11)
    simulated(stage)

    answer = client.get(URL, {"season": stage.season_id}).json()

    (found,) = answer["results"]
    assert (found["stage"]["id"], found["forecaster"], found["runs"]) == (stage.pk, None, 10_000)
    (table,) = found["tables"]
    assert [team["team"]["slug"] for team in table["teams"]][:2] == ["alder", "birch"]
    assert {sum(team["counts"]) for team in table["teams"]} == {10_000}
    assert sum(team["relegated"] for team in table["teams"]) == 10_000
    assert {team["through"] for team in table["teams"]} == {None}
    assert found["needs"][0]["outcomes"] == 3
    assert [each["match"] for each in found["matches"]] == [open_matches(stage)[0].pk]


def test_a_forecasters_view_counts_its_public_probabilities(client):
    stage = league(11)
    match = open_matches(stage)[0]
    predict(match, oracle(), probabilities=(0.9, 0.05, 0.05), provenance="live")
    simulated(stage)
    season = {"season": stage.season_id}
    assert client.get(URL, season).json()["meta"]["forecasters"] == []
    assert client.get(URL, {**season, "forecaster": "the-oracle"}).json()["results"] == []

    kick_off(match)
    simulated(stage)

    (listed,) = client.get(URL, season).json()["meta"]["forecasters"]
    assert (listed["forecaster"]["slug"], listed["own_matches"]) == ("the-oracle", 1)
    (found,) = client.get(URL, {**season, "forecaster": "the-oracle"}).json()["results"]
    assert found["matches"][0]["runs"][0] == pytest.approx(9000, abs=150)
    assert found["needs"] == []


def test_a_stage_of_another_season_is_refused(client):
    other = StageFactory(season=SeasonFactory(label="2026/27"))

    answer = client.get(URL, {"season": league(3).season_id, "stage": other.pk})
    assert answer.status_code == 400
    assert f"Stage {other.pk} is not a stage of" in answer.json()["errors"][0]["detail"]
    assert client.get(URL).status_code == 400


def test_a_season_without_a_simulation_has_no_results(client):
    assert client.get(URL, {"season": league(3).season_id}).json()["results"] == []


def test_the_back_test_lists_every_matchday(client, monkeypatch):
    stage = league(12)
    monkeypatch.setattr(places_backtest, "RUNS", 200)
    places_backtest.store(places_backtest.compute(stage, at=timezone.now()))

    (found,) = client.get(f"{URL}backtest/", {"season": stage.season_id}).json()["results"]
    assert (found["season"]["label"], found["stage"]["id"]) == ("2025/26", stage.pk)
    assert [row["matchday"] for row in found["rows"]] == list(range(1, 13))
    assert client.get(f"{URL}backtest/").json()["results"] == [found]
