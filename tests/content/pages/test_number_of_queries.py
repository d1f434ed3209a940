"""More rows, no more queries: every page asks the same number of them however much there is."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.content.pages.conftest import count_results, write_roundup
from tests.factories import ForecasterFactory, MatchFactory, TeamFactory, predict, record, upcoming_match

pytestmark = pytest.mark.django_db


def queries(client, path: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def grow(site) -> None:
    """More forecasters, matches of the same round, matches to come and roundups."""
    everybody = [ForecasterFactory(name=f"Forecaster {number}") for number in range(6)]
    for forecaster in everybody:
        predict(site.to_come, forecaster, (1, 0), provenance="live")
    for number in range(5):
        match = MatchFactory(
            home_team=TeamFactory(name=f"Home {number}"),
            away_team=TeamFactory(name=f"Away {number}"),
            round_label=site.played.round_label,
            matchday=site.played.matchday,
        )
        for forecaster in [*everybody, site.forecaster]:
            predict(match, forecaster, (1, 0), (0.5, 0.3, 0.2))
        record(match, 1, 0)
        upcoming_match(home_team=match.home_team, away_team=match.away_team)
    count_results()
    for match in site.played.season.matches.filter(status="finished").exclude(pk=site.played.pk):
        write_roundup(match)


def test_the_number_of_queries_does_not_grow(site, client):
    for path in site.paths:
        client.get(path)
    before = {path: queries(client, path) for path in site.paths}

    grow(site)

    assert {path: queries(client, path) for path in site.paths} == before
    assert max(before.values()) <= 30, before


def test_a_board_and_a_match_ask_for_each_thing_once(site, client):
    """Of the board: its rows and their number, the choice of boards, how fresh they are, its image."""
    paths = ["/leaderboard/", site.played.get_absolute_url()]
    for path in paths:
        client.get(path)

    assert [queries(client, path) for path in paths] == [4, 13]
