"""Leaderboard pages over the matches that all of their forecasters predicted."""

import pytest
from django.utils import timezone

from scoring import services as scoring
from stats.analysis.common_to_all import over_common_matches
from stats.leaderboard_page import LeaderboardPage, Ranking
from stats.leaderboards import Board
from stats.refresh.transaction import refresh_statistics
from tests.factories import MatchFactory, coin, homer, oracle, predict, record

pytestmark = pytest.mark.django_db


def settle(round_label: str, result: tuple[int, int], **picks) -> None:
    match = MatchFactory(round_label=round_label)
    for name, pick in picks.items():
        predict(match, {"oracle": oracle, "coin": coin, "homer": homer}[name](), *pick)
    record(match, *result)
    scoring.score_match(match_id=match.pk, settled_at=timezone.now())


def common(ordering: str = "average_points", board: Board | None = None) -> LeaderboardPage:
    ranking = Ranking(board or Board(), ordering=ordering)
    return over_common_matches(ranking.page(1, 50), ranking)


def test_only_matches_of_everybody_count():
    settle("R1", (2, 1), oracle=[(2, 1)], coin=[(1, 1)], homer=[(1, 0)])
    settle("R2", (0, 0), oracle=[(3, 0)], coin=[(0, 0)], homer=[(0, 1)])
    settle("R3", (1, 0), oracle=[(1, 0)])
    refresh_statistics(at=timezone.now())

    page = common()

    assert page.common_matches == 2
    assert {row.name: row.matches for row in page.rows} == dict.fromkeys(
        [oracle().name, coin().name, homer().name], 2
    )


def test_rows_are_ranked_again_and_equal_values_share_a_rank():
    settle("R1", (2, 1), oracle=[(0, 1)], coin=[(1, 0)], homer=[(1, 0)])
    settle("R2", (1, 0), oracle=[(1, 0)], coin=[(0, 1)], homer=[(0, 1)])
    settle("R3", (1, 0), oracle=[(1, 0)])
    settle("R4", (1, 0), oracle=[(1, 0)])
    settle("R5", (0, 1), coin=[(1, 0)], homer=[(1, 0)])
    settle("R6", (0, 1), coin=[(1, 0)], homer=[(1, 0)])
    refresh_statistics(at=timezone.now())
    assert Ranking(Board()).page(1, 50).rows[0].name == oracle().name

    page = common()

    assert page.common_matches == 2
    assert [(row.name, row.rank, row.sharing) for row in page.rows] == [
        (oracle().name, 1, 1),
        (coin().name, 2, 2),
        (homer().name, 2, 2),
    ]


def test_an_order_with_a_minus_sign_has_the_largest_values_first():
    settle("R1", (2, 1), oracle=[(2, 1), (0.6, 0.2, 0.2)], coin=[(1, 1), (0.4, 0.3, 0.3)])
    refresh_statistics(at=timezone.now())

    rows = common("-rps").rows

    assert [(row.name, row.rank) for row in rows] == [(coin().name, 1), (oracle().name, 2)]


def test_an_order_by_probabilities_needs_probabilities_of_everybody():
    settle("R1", (2, 1), oracle=[(2, 1), (0.6, 0.2, 0.2)], coin=[None, (0.4, 0.3, 0.3)])
    settle("R2", (2, 1), oracle=[(2, 1), (0.6, 0.2, 0.2)], coin=[(2, 1)])
    refresh_statistics(at=timezone.now())

    page = common("rps")

    assert page.common_matches == 1
    assert [row.name for row in page.rows] == [oracle().name, coin().name]
    assert page.rows[0].figures["rps"] == pytest.approx(0.1)


def test_without_a_common_match_there_are_no_rows():
    settle("R1", (2, 1), oracle=[(2, 1)])
    settle("R2", (2, 1), coin=[(2, 1)])
    refresh_statistics(at=timezone.now())

    assert (common().rows, common().common_matches) == ([], 0)


def test_a_board_without_ranks_has_none():
    assert common(board=Board("season", 10**6)).rows == []
