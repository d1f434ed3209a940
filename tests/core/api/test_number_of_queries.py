"""More rows, no more queries: every list of the API asks the same number of them however much there is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.core.api.test_lists import all_lists
from tests.factories import (
    CompetitionFactory,
    ForecasterFactory,
    MatchFactory,
    SeasonFactory,
    TeamFactory,
    predict,
    record,
)
from tests.fixtures.api import publish
from tests.pipeline_helpers import run_waiting


def queries(client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/api/v1/{path}").status_code == 200
    return len(asked)


def grow(world) -> None:
    """More of everything: competitions, teams, forecasters, matches, predictions, corrections, roundups."""
    everybody = [ForecasterFactory(name=f"Forecaster {number}") for number in range(6)]
    for forecaster in everybody:
        predict(world.won, forecaster, (1, 0))
    for number in range(4):
        competition = CompetitionFactory(slug=f"league-{number}", name=f"League {number}")
        season = SeasonFactory(competition=competition)
        teams = {
            "home_team": TeamFactory(name=f"Home {number}"),
            "away_team": TeamFactory(name=f"Away {number}"),
        }
        for of in (season, world.season):
            match = MatchFactory(season=of, **teams)
            for forecaster in everybody:
                predict(match, forecaster, (1, 0), (0.5, 0.3, 0.2))
            record(match, 1, 0)
            run_waiting("score_match", "refresh_views")
            record(match, 2, 0)
            run_waiting("score_match", "refresh_views")
            publish(match)
    record(world.won, 3, 1)
    run_waiting("score_match", "refresh_views")


def test_no_list_asks_more_queries_for_more_rows(world, client):
    record(world.won, 2, 2)  # so that there is a correction to list
    run_waiting("score_match", "refresh_views")
    paths = all_lists(world)
    before = {path: queries(client, path) for path in paths}

    grow(world)

    assert {path: queries(client, path) for path in paths} == before
    assert max(before.values()) <= 12, before


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["", "?page_size=1&page=2", "?ordering=rps&min_matches=1", "?team=ashford"])
def test_a_leaderboard_asks_once_for_its_rows_and_all_that_is_told_of_them(world, client, asked):
    assert queries(client, f"leaderboard/{asked}") == 1 + ("team" in asked)


@pytest.mark.django_db
def test_a_row_made_by_hand_has_the_fields_that_are_declared(world, client):
    """In their order, and each as its field would have written it."""
    from rest_framework import serializers

    from stats.api.leaderboards import LeaderboardRowSerializer
    from stats.leaderboard_page import Ranking
    from stats.leaderboards import Board

    (row, *_) = Ranking(Board()).page(1, 50).rows
    declared = serializers.Serializer.to_representation(LeaderboardRowSerializer(), row)

    assert LeaderboardRowSerializer.as_dict(row) == declared
    assert list(LeaderboardRowSerializer.as_dict(row)) == list(declared)
