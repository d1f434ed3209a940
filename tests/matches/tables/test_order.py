"""The order of a table, and of the teams of one place across groups: named examples."""

import pytest

from matches.tables.order import compare_places
from matches.tables.records import TeamRecord
from matches.tables.rules import TableRules, TieBreaker
from tests.matches.tables.played import HEAD_TO_HEAD, OVERALL, table

T = TieBreaker

# --- Named examples -----------------------------------------------------------------------------------------

# Two teams on four points: Basil has the better goal difference, Anise won the matches between them.
HERBS = [
    *[("Anise", "Basil", 2, 1), ("Basil", "Anise", 1, 1), ("Anise", "Chive", 0, 2)],
    *[("Chive", "Anise", 3, 0), ("Basil", "Chive", 4, 0), ("Chive", "Basil", 1, 0)],
]


def test_goal_difference_counts_all_matches():
    assert table(HERBS, *OVERALL) == [(1, "Chive"), (2, "Basil"), (3, "Anise")]


def test_head_to_head_counts_the_matches_between_the_level_teams():
    assert table(HERBS, *HEAD_TO_HEAD, *OVERALL) == [(1, "Chive"), (2, "Anise"), (3, "Basil")]


def test_the_spanish_title_of_2007_went_to_the_winner_of_the_direct_matches():
    """Both had 76 points; Barcelona had the better goal difference (+45 against +26)."""
    clasicos = [("Real Madrid", "Barcelona", 2, 0), ("Barcelona", "Real Madrid", 3, 3)]
    season = {
        "Real Madrid": {"points": 72, "goals_for": 61, "goals_against": 37},
        "Barcelona": {"points": 75, "goals_for": 75, "goals_against": 28},
    }

    assert table(clasicos, *HEAD_TO_HEAD[:2], *OVERALL, changes=season)[0] == (1, "Real Madrid")
    assert table(clasicos, *OVERALL, changes=season)[0] == (1, "Barcelona")


def test_three_level_teams_of_euro_2004_are_ordered_by_goals_among_them():
    group = [
        *[("Denmark", "Italy", 0, 0), ("Sweden", "Bulgaria", 5, 0), ("Bulgaria", "Denmark", 0, 2)],
        *[("Italy", "Sweden", 1, 1), ("Italy", "Bulgaria", 2, 1), ("Denmark", "Sweden", 2, 2)],
    ]

    assert table(group, *HEAD_TO_HEAD, *OVERALL) == [
        *[(1, "Sweden"), (2, "Denmark"), (3, "Italy"), (4, "Bulgaria")]
    ]


def test_four_level_teams_of_euro_2024():
    group = [
        *[("Romania", "Ukraine", 3, 0), ("Belgium", "Slovakia", 0, 1), ("Slovakia", "Ukraine", 1, 2)],
        *[("Belgium", "Romania", 2, 0), ("Slovakia", "Romania", 1, 1), ("Ukraine", "Belgium", 0, 0)],
    ]

    assert table(group, *HEAD_TO_HEAD, *OVERALL) == [
        *[(1, "Romania"), (2, "Belgium"), (3, "Slovakia"), (4, "Ukraine")]
    ]


# Alder, Birch and Cedar have six points, and three points and a goal difference of 0 among them. Alder scored
# one goal more there. Birch beat Cedar, which has by far the best goal difference of all matches.
TREES = [
    *[("Alder", "Birch", 2, 1), ("Cedar", "Alder", 2, 1), ("Birch", "Cedar", 1, 0)],
    *[("Alder", "Dogwood", 1, 0), ("Birch", "Dogwood", 1, 0), ("Cedar", "Dogwood", 5, 0)],
]


def test_head_to_head_is_applied_again_to_the_two_of_three_teams_that_stay_level():
    assert table(TREES, *HEAD_TO_HEAD, *OVERALL) == [
        *[(1, "Alder"), (2, "Birch"), (3, "Cedar"), (4, "Dogwood")]
    ]


def test_a_head_to_head_that_separates_no_team_leads_to_the_next_rule():
    circle = [("Alder", "Birch", 1, 0), ("Birch", "Cedar", 1, 0), ("Cedar", "Alder", 1, 0)]
    others = [("Alder", "Dogwood", 1, 0), ("Birch", "Dogwood", 3, 0), ("Cedar", "Dogwood", 2, 0)]

    found = table([*circle, *others], *HEAD_TO_HEAD, *OVERALL)

    assert found == [(1, "Birch"), (2, "Cedar"), (3, "Alder"), (4, "Dogwood")]


def test_head_to_head_after_goals_counts_only_teams_with_equal_goals():
    """All three have four points and equal goals, but for Cedar, so only Alder against Birch counts."""
    scores = [
        *[("Alder", "Birch", 0, 1), ("Birch", "Cedar", 0, 1), ("Cedar", "Alder", 0, 1)],
        *[("Alder", "Dogwood", 2, 2), ("Birch", "Dogwood", 2, 2), ("Cedar", "Dogwood", 3, 3)],
    ]

    assert table(scores, *OVERALL, *HEAD_TO_HEAD)[:3] == [(1, "Cedar"), (2, "Birch"), (3, "Alder")]


def test_head_to_head_can_wait_for_the_last_match_between_the_level_teams():
    first = [("Anise", "Basil", 1, 0), ("Basil", "Chive", 4, 0)]
    rules = (*HEAD_TO_HEAD, *OVERALL)
    still_to_play = {"to_play": [("Basil", "Anise")], "when_complete": True}

    assert table(first, *rules)[0] == (1, "Anise")
    assert table(first, *rules, **still_to_play)[0] == (1, "Basil")


def test_an_open_match_of_another_pair_does_not_suspend_head_to_head():
    first = [("Anise", "Basil", 1, 0), ("Basil", "Chive", 4, 0)]

    found = table(first, *HEAD_TO_HEAD, *OVERALL, to_play=[("Chive", "Anise")], when_complete=True)

    assert found[0] == (1, "Anise")


def test_level_teams_share_a_position_and_the_next_position_is_left_out():
    scores = [("Alder", "Birch", 1, 1), ("Cedar", "Dogwood", 2, 0)]

    assert table(scores, *OVERALL) == [(1, "Cedar"), (2, "Alder"), (2, "Birch"), (4, "Dogwood")]


def test_japan_and_senegal_were_level_in_2018_until_the_cards_decided():
    group = [
        *[("Colombia", "Japan", 1, 2), ("Poland", "Senegal", 1, 2), ("Japan", "Senegal", 2, 2)],
        *[("Poland", "Colombia", 0, 3), ("Japan", "Poland", 0, 1), ("Senegal", "Colombia", 0, 1)],
    ]
    rules = (*OVERALL, *HEAD_TO_HEAD)

    assert table(group, *rules) == [(1, "Colombia"), (2, "Japan"), (2, "Senegal"), (4, "Poland")]
    assert table(group, *rules, lots={"Japan": 1, "Senegal": 2})[1:3] == [(2, "Japan"), (3, "Senegal")]
    assert table(group, *rules, lots={"Japan": 2, "Senegal": 1})[1:3] == [(2, "Senegal"), (3, "Japan")]


def test_lots_count_only_if_each_level_team_has_one():
    scores = [("Alder", "Birch", 1, 1), ("Cedar", "Alder", 1, 1), ("Birch", "Cedar", 1, 1)]

    assert table(scores, *OVERALL, lots={"Cedar": 1, "Birch": 2}) == [
        *[(1, "Alder"), (1, "Birch"), (1, "Cedar")]
    ]


def test_a_lot_lifts_no_team_above_a_better_one():
    assert table(HERBS, *OVERALL, lots={"Anise": 1, "Basil": 2, "Chive": 3})[0] == (1, "Chive")


def test_a_shootout_counts_in_the_table_of_the_level_teams():
    scores = [("Alder", "Birch", 1, 1, "L"), ("Alder", "Cedar", 2, 0), ("Birch", "Cedar", 1, 0)]
    extra = {"points": {"shootout_win": 2, "shootout_loss": 1}, "changes": {"Alder": {"points": 1}}}

    assert table(scores, *HEAD_TO_HEAD, **extra)[:2] == [(1, "Birch"), (2, "Alder")]
    assert table(scores, *OVERALL, **extra)[:2] == [(1, "Alder"), (2, "Birch")]


def test_a_win_can_count_two_points():
    """Moss won twice and lost twice; Nettle won once and drew twice."""
    scores = [
        *[("Moss", "Oat", 2, 0), ("Moss", "Pea", 2, 0), ("Oat", "Moss", 1, 0), ("Pea", "Moss", 1, 0)],
        *[("Nettle", "Oat", 1, 0), ("Nettle", "Pea", 0, 0), ("Oat", "Nettle", 0, 0), ("Pea", "Nettle", 2, 2)],
    ]

    assert [name for _, name in table(scores, *OVERALL)][:2] == ["Moss", "Nettle"]
    assert [name for _, name in table(scores, *OVERALL, points={"win": 2})][:2] == ["Nettle", "Moss"]


def test_away_goals_and_away_wins():
    scores = [("Alder", "Birch", 2, 2), ("Birch", "Cedar", 2, 2), ("Cedar", "Alder", 0, 0)]

    assert table(scores, T.GOALS, T.AWAY_GOALS) == [(1, "Birch"), (2, "Cedar"), (3, "Alder")]
    assert table([("Alder", "Birch", 0, 1), ("Cedar", "Dogwood", 1, 0)], T.AWAY_WINS)[0] == (1, "Birch")


def test_opponents_points_count_once_the_table_is_complete():
    scores = [
        *[("Alder", "Cedar", 1, 0), ("Birch", "Dogwood", 1, 0), ("Cedar", "Elm", 1, 0)],
    ]

    assert table(scores, *OVERALL, T.OPPONENTS_POINTS)[0] == (1, "Alder")
    unfinished = table(scores, *OVERALL, T.OPPONENTS_POINTS, to_play=[("Elm", "Dogwood")])
    assert unfinished[:2] == [(1, "Alder"), (1, "Birch")]


def test_points_that_rounding_added_or_removed_can_decide():
    """Half of 25 points is 12 (rounded down) or 13 (rounded up); half of 24 or 26 points is 12 or 13."""
    level = [("Alder", "Birch", 1, 1)]
    down = {"Alder": {"rounding": -1}}
    up = {"Alder": {"rounding": 1}}

    assert table(level, T.UNROUNDED_POINTS, *OVERALL, changes=down)[0] == (1, "Alder")
    assert table(level, T.UNROUNDED_POINTS, *OVERALL, changes=up)[0] == (1, "Birch")


def test_the_position_in_the_stage_before_can_decide():
    level = [("Alder", "Birch", 1, 1), ("Birch", "Cedar", 1, 1), ("Cedar", "Alder", 1, 1)]
    before = {"Alder": {"earlier_position": 4}, "Birch": {"earlier_position": 2}}

    assert table(level, T.EARLIER_POSITION, changes=before) == [(1, "Birch"), (2, "Alder"), (3, "Cedar")]


# --- Teams of one place across groups -----------------------------------------------------------------------


def third(team: int, points: int, difference: int = 0, goals: int = 0, **more: int):
    """A group whose third team has this record."""
    record = TeamRecord(team=team, points=points, goals_for=goals + difference, goals_against=goals, **more)
    return [(1, TeamRecord(team=team + 100)), (2, TeamRecord(team=team + 200)), (3, record)]


def thirds(groups, through: int, *tie_breakers: TieBreaker):
    rules = TableRules(tie_breakers=tie_breakers or (*HEAD_TO_HEAD, *OVERALL))
    compared = compare_places(groups, rules, place=3, through=through)
    return [(each.position, each.team, each.goes_through) for each in compared]


def test_the_best_third_placed_teams_go_through():
    groups = [third(1, 3, 0), third(2, 4, -1), third(3, 3, 1), third(4, 1)]

    assert thirds(groups, 2) == [(1, 2, True), (2, 3, True), (3, 1, False), (4, 4, False)]


def test_level_teams_at_the_limit_are_undecided_until_lots_are_drawn():
    groups = [third(1, 4), third(2, 3), third(3, 3)]
    drawn = [third(1, 4), third(2, 3, lot=2), third(3, 3, lot=1)]

    assert thirds(groups, 2) == [(1, 1, True), (2, 2, None), (2, 3, None)]
    assert thirds(drawn, 2) == [(1, 1, True), (2, 3, True), (3, 2, False)]


def test_a_group_whose_third_place_is_shared_leaves_the_rest_open():
    shared = [
        (1, TeamRecord(team=7)),
        (2, TeamRecord(team=8)),
        (3, TeamRecord(team=9)),
        (3, TeamRecord(team=10)),
    ]
    groups = [third(1, 6), third(2, 4), third(3, 3), shared]

    assert thirds(groups, 2) == [(1, 1, True), (2, 2, None), (3, 3, False)]


@pytest.mark.parametrize("rule", TieBreaker)
def test_every_rule_can_be_applied(rule):
    assert len(table(HERBS, rule)) == 3
