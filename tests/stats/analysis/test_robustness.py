"""The lead, other rules and skill of a board: one season of three matches and three forecasters."""

from datetime import timedelta

import pytest

from stats.analysis.difficulty import difficulties
from stats.analysis.lead import lead_of
from stats.analysis.other_rules import rule_switch
from stats.analysis.skill import skill_tables
from stats.leaderboards import Board
from stats.models import MatchDifficulty
from tests.factories import KICKOFF, ForecasterFactory, MatchFactory, coin, homer, oracle, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def board() -> Board:
    """The Oracle is exact twice, The Homer once; The Coin is a baseline and never right."""
    ForecasterFactory(name="The Coin", is_baseline=True)
    for number, guess in enumerate([(2, 1), (2, 1), (1, 2)]):
        match = MatchFactory(kickoff_at=KICKOFF + timedelta(days=number))
        predict(match, oracle(), guess, (0.8, 0.1, 0.1))
        predict(match, homer(), (2, 1) if number else (0, 1), (0.2, 0.3, 0.5))
        predict(match, coin(), (1, 1), (0.4, 0.3, 0.3))
        record(match, 2, 1)
    run_waiting("score_match")
    run_waiting("refresh_views")
    return Board.of(match.season)


def test_the_lead_names_the_matches_it_hangs_on(board):
    lead = lead_of(board)

    assert lead.common == 3
    differences = [each.difference("average_points") for each in lead.matches]
    assert lead.points >= 0
    assert lead.points - sum(differences) < 0
    assert lead.points - sum(differences[:-1]) >= 0


def test_a_board_without_two_ranks_has_no_lead():
    assert lead_of(Board()) is None
    assert rule_switch(Board()).rows == []
    assert skill_tables(Board()) == []


def test_other_rules_give_points_for_the_same_predictions(board):
    switch = rule_switch(board)
    of = {row.forecaster.slug: row for row in switch.rows}

    assert of["the-oracle"].averages["4-3-2"] == pytest.approx(8 / 3)
    assert of["the-oracle"].averages["3-1-0"] == pytest.approx(6 / 3)
    assert of["the-coin"].averages["5-2-1-0"] == 0
    assert of["the-coin"].ranks == {"quota": 3, "4-3-2": 3, "5-2-1-0": 3, "3-1-0": 3}
    assert [each.rule for each in switch.correlations] == ["4-3-2", "5-2-1-0", "3-1-0"]


def test_skill_is_the_share_of_the_baselines_rps_that_is_saved(board):
    (table,) = skill_tables(board)
    best = table.rows[0]

    assert (table.reference, best.forecaster) == (coin(), oracle())
    reference, own = (0.6**2 + 0.3**2) / 2, (0.2**2 + 0.1**2) / 2
    assert best.difference == pytest.approx(reference - own)
    assert best.skill == pytest.approx(1 - own / reference)
    assert best.low is None
    assert table.rows[1].skill < 0


def test_page_and_api_show_all_three(board, client):
    page = client.get(f"/robustness/?season={board.scope_id}").content.decode()
    found = client.get(f"/api/v1/robustness/?season={board.scope_id}").json()

    assert "The lead hangs on" in page
    assert "The same predictions under other rules" in page
    assert "Skill against The Coin" in page
    assert found["lead"]["first"]["slug"] in ("the-oracle", "the-homer")
    assert len(found["rules"]["rows"]) == 3
    assert found["skill"][0]["reference"]["slug"] == "the-coin"


def test_the_hardest_and_the_easiest_matches_of_a_season_are_named(client):
    matches = [MatchFactory(round_label=f"R{number}") for number in range(12)]
    for number, match in enumerate(matches):
        MatchDifficulty.objects.create(
            match=match, rps=number / 100, outcome_probability=0.9 - number / 100, predictions=3
        )
    board = Board.of(matches[0].season)

    found = difficulties(board)

    assert found is not None
    assert [each.match for each in found.hardest] == matches[:6:-1]
    assert [each.match for each in found.easiest] == matches[:5]
    assert difficulties(Board()) is None
    page = client.get(f"/robustness/?season={board.scope_id}").content.decode()
    assert "Biggest upsets" in page
    answer = client.get(f"/api/v1/robustness/?season={board.scope_id}").json()
    assert answer["difficulty"]["hardest"][0] == {
        "match": matches[11].pk,
        "home": matches[11].home_team.short_name,
        "away": matches[11].away_team.short_name,
        "rps": 0.11,
        "upset_index": 0.21,
        "predictions": 3,
    }


def test_a_season_of_few_matches_has_no_hardest(board):
    assert difficulties(board) is None
