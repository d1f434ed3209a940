"""Ranking of the teams with the same place in different groups."""

from matches.tables.order import TeamRecord
from matches.tables.rules import TableRules, TieBreaker
from stats.compared_places import compare_places


def third(team: int, points: int, goals_for: int = 0, goals_against: int = 0) -> list[tuple[int, TeamRecord]]:
    """A table in which this team is third."""
    others = [(place, TeamRecord(team=100 * team + place, points=9)) for place in (1, 2)]
    return [
        *others,
        (3, TeamRecord(team=team, points=points, goals_for=goals_for, goals_against=goals_against)),
    ]


def compared(*tables, through: int, rules: TableRules | None = None) -> list[tuple[int, int, bool | None]]:
    found = compare_places(tables, rules or TableRules(), place=3, through=through)
    return [(each.team, each.position, each.goes_through) for each in found]


def test_points_come_first_then_the_rules_of_the_stage():
    assert compared(third(1, 3, 2, 2), third(2, 4), third(3, 3, 5, 2), through=2) == [
        (2, 1, True),
        (3, 2, True),
        (1, 3, False),
    ]


def test_level_teams_that_share_the_last_place_are_not_decided():
    assert compared(third(1, 4), third(2, 3), third(3, 3), through=2) == [
        (1, 1, True),
        (2, 2, None),
        (3, 2, None),
    ]


def test_a_group_without_a_team_alone_in_the_place_keeps_the_others_waiting():
    shared = [(1, TeamRecord(team=7)), (2, TeamRecord(team=8)), (2, TeamRecord(team=9))]

    assert compared(third(1, 4), shared, third(2, 3), through=2) == [(1, 1, True), (2, 2, None)]


def test_head_to_head_rules_are_left_out():
    rules = TableRules(tie_breakers=(TieBreaker.HEAD_TO_HEAD_POINTS, TieBreaker.GOALS))

    assert compared(third(1, 3, 1), third(2, 3, 2), through=1, rules=rules) == [(2, 1, True), (1, 2, False)]
