"""Readers and refreshes at the same time, on connections of their own: no answer is a mixture."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from stats.jobs import refresh_now
from stats.refresh import matviews
from tests.factories import MatchFactory, coin, oracle, predict, record
from tests.pipeline_helpers import run_waiting

ROUNDS = 12


class Writer(threading.Thread):
    """Counts one more match a round, and notes how many each data version has."""

    def __init__(self) -> None:
        super().__init__()
        self.matches_by_version: dict[int, int] = {0: 0}

    def run(self) -> None:
        try:
            for number in range(1, ROUNDS + 1):
                self.count_one_more(number, concurrently=number % 2 == 0)
        finally:
            connection.close()

    def count_one_more(self, number: int, *, concurrently: bool) -> None:
        match = MatchFactory()
        predict(match, oracle(), (2, 1))
        predict(match, coin(), (1, 1))
        record(match, 2, 1)
        run_waiting("score_match")
        refresh_now(at=timezone.now(), concurrently=concurrently)
        self.matches_by_version[matviews.data_version()] = number


class WriterOfTeams(Writer):
    """The boards of teams follow every second round, and say nothing else until then."""

    def count_one_more(self, number: int, *, concurrently: bool) -> None:
        super().count_one_more(number, concurrently=concurrently)
        if number % 2:
            refresh_now(at=timezone.now(), scope="teams", concurrently=number % 4 == 1)
            self.matches_by_version[version_of_teams()] = number


def version_of_teams() -> int:
    newest = matviews.newest(matviews.TEAMS)
    return newest.pk if newest else 0


def assert_each_response_is_one_version(writer: threading.Thread, path: str) -> None:
    """Every answer is one version: as many matches in its rows, and in its sums, as that version had."""
    client, seen = Client(), set()
    writer.start()
    while writer.is_alive():
        answer = client.get(path).json()
        counts = {row["matches"] for row in answer["results"]} or {0}
        seen.add((answer["meta"]["data_version"], *counts, answer["meta"]["provenance"]["archive"] // 2))
    writer.join()

    assert len(seen) > 2
    assert seen == {
        (version, writer.matches_by_version[version], writer.matches_by_version[version])
        for version, *_ in seen
    }


@pytest.mark.django_db(transaction=True)
def test_every_answer_is_of_the_version_that_it_says(redis_queues):
    refresh_now(at=timezone.now())
    writer = Writer()
    writer.matches_by_version[matviews.data_version()] = 0

    assert_each_response_is_one_version(writer, "/api/v1/leaderboard/")


@pytest.mark.django_db(transaction=True)
def test_so_it_is_on_a_teams_board_that_is_refreshed_less_often(redis_queues, settings):
    refresh_now(at=timezone.now())
    settings.TEAM_BOARDS_QUICK = timedelta(0)
    writer = WriterOfTeams()
    writer.matches_by_version[version_of_teams()] = 0
    MatchFactory()  # the team is known

    assert_each_response_is_one_version(writer, "/api/v1/leaderboard/?team=ashford")
