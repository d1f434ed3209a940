"""Tables from the sums of table_sums.sql: points, carried points, order of groups. No database."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matches.tables.sums import by_stage, table_of, tables, without
from tests.example_counts import examples

Row = dict[str, Any]
ASHFORD, BARROW, CORLEY, DENBY = 1, 2, 3, 4


def side(
    match: int, team: int, opponent: int, goals: tuple[int, int], *, at_home: bool, group: str = ""
) -> Row:
    ours, theirs = goals
    return {
        "match": match,
        "group": group,
        "team": team,
        "opponent": opponent,
        "at_home": at_home,
        "goals_for": ours,
        "goals_against": theirs,
        "outcome": "W" if ours > theirs else "D" if ours == theirs else "L",
        "shootout": "",
    }


def both_sides(match: int, home: int, away: int, score: tuple[int, int], group: str = "") -> list[Row]:
    home_goals, away_goals = score
    return [
        side(match, home, away, (home_goals, away_goals), at_home=True, group=group),
        side(match, away, home, (away_goals, home_goals), at_home=False, group=group),
    ]


def team_sums(team: int, group: str, sides: list[Row], **more: Any) -> Row:
    """Sums of one team's sides, as the SQL makes them."""
    won = [row for row in sides if row["outcome"] == "W"]
    away = [row for row in sides if not row["at_home"]]
    return {
        "group": group,
        "team": team,
        "played": len(sides),
        "won": len(won),
        "drawn": sum(row["outcome"] == "D" for row in sides),
        "lost": sum(row["outcome"] == "L" for row in sides),
        "shootouts_won": sum(row["shootout"] == "W" for row in sides),
        "shootouts_lost": sum(row["shootout"] == "L" for row in sides),
        "goals_for": sum(row["goals_for"] for row in sides),
        "goals_against": sum(row["goals_against"] for row in sides),
        "away_goals": sum(row["goals_for"] for row in away),
        "away_wins": sum(row in won for row in away),
        "adjustment": 0,
        "lot": None,
        **more,
    }


def stage_sums(
    sides: list[Row], entries: list[tuple[int, str]], *, adjusted: dict[int, int] | None = None, **stage: Any
) -> Row:
    """The JSON object of one stage with these teams (and groups)."""
    return {
        "stage": {"id": 1, "kind": "league", **stage},
        "teams": [
            team_sums(
                team,
                group,
                [row for row in sides if (row["team"], row["group"]) == (team, group)],
                adjustment=(adjusted or {}).get(team, 0),
            )
            for team, group in entries
        ],
        "sides": sides,
        "to_play": [],
    }


def shown(table: Any) -> list[tuple[int, int, int]]:
    return [(line.position, line.record.team, line.record.points) for line in table]


def test_a_team_has_a_row_before_its_first_match_even_with_a_deduction():
    sums = stage_sums(
        both_sides(1, ASHFORD, BARROW, (1, 1)),
        [(team, "") for team in (ASHFORD, BARROW, CORLEY, DENBY)],
        adjusted={CORLEY: -6},
    )

    table = tables(1, by_stage([sums]))[""]

    assert shown(table) == [(1, ASHFORD, 1), (1, BARROW, 1), (3, DENBY, 0), (4, CORLEY, -6)]


def test_points_are_those_of_the_stage():
    sides = [*both_sides(1, ASHFORD, BARROW, (1, 0)), *both_sides(2, CORLEY, BARROW, (2, 2))]
    entries = [(team, "") for team in (ASHFORD, BARROW, CORLEY)]

    table = tables(1, by_stage([stage_sums(sides, entries, points_win=2)]))[""]

    assert [(line.record.team, line.record.points) for line in table] == [
        (ASHFORD, 2),
        (CORLEY, 1),
        (BARROW, 1),
    ]


@pytest.mark.parametrize(
    ("carries", "points"),
    [("nothing", [0, 0]), ("full", [3, 4]), ("half_up", [2, 2]), ("half_down", [1, 2])],
)
def test_a_stage_carries_points_from_another_one(carries, points):
    regular = stage_sums(
        [*both_sides(1, ASHFORD, BARROW, (2, 2)), *both_sides(2, BARROW, ASHFORD, (1, 0))],
        [(ASHFORD, ""), (BARROW, "")],
        adjusted={ASHFORD: 2},
    )
    second = stage_sums([], [(ASHFORD, ""), (BARROW, "")], id=2, carries_from_id=1, carries=carries)

    table = tables(2, by_stage([regular, second]))[""]

    found = {line.record.team: line.record for line in table}
    assert [found[team].points for team in (ASHFORD, BARROW)] == points
    assert [found[team].carried for team in (ASHFORD, BARROW)] == points
    assert {record.played for record in found.values()} == {0}


def test_matches_and_goals_are_carried_if_the_stage_says_so():
    regular = stage_sums(both_sides(1, ASHFORD, BARROW, (3, 1)), [(ASHFORD, ""), (BARROW, "")])
    second = stage_sums(
        both_sides(2, BARROW, ASHFORD, (0, 0)),
        [(ASHFORD, ""), (BARROW, "")],
        **{"id": 2, "carries_from_id": 1, "carries": "full", "carries_record": True},
    )

    first, last = tables(2, by_stage([regular, second]))[""]

    assert (first.record.team, first.record.played, first.record.goals_for, first.record.points) == (
        ASHFORD,
        2,
        3,
        4,
    )
    assert (last.record.team, last.record.lost, last.record.drawn, last.record.points) == (BARROW, 1, 1, 1)


def test_a_group_that_ranks_below_another_begins_after_it():
    sides = [*both_sides(1, ASHFORD, BARROW, (0, 0), "Top"), *both_sides(2, CORLEY, DENBY, (9, 0), "Bottom")]
    entries = [(ASHFORD, "Top"), (BARROW, "Top"), (CORLEY, "Bottom"), (DENBY, "Bottom")]
    sums = by_stage([stage_sums(sides, entries, kind="groups", ranked_groups=["Top", "Bottom"])])

    assert [position for position, _, _ in shown(table_of(1, "Top", sums))] == [1, 1]
    assert shown(table_of(1, "Bottom", sums)) == [(3, CORLEY, 3), (4, DENBY, 0)]


def test_each_group_has_its_own_table():
    sides = [*both_sides(1, ASHFORD, BARROW, (1, 0), "A"), *both_sides(2, CORLEY, DENBY, (9, 0), "B")]
    entries = [(ASHFORD, "A"), (BARROW, "A"), (CORLEY, "B"), (DENBY, "B")]
    sums = by_stage([stage_sums(sides, entries, kind="groups")])

    assert shown(table_of(1, "A", sums)) == [(1, ASHFORD, 3), (2, BARROW, 0)]
    assert shown(table_of(1, "B", sums)) == [(1, CORLEY, 3), (2, DENBY, 0)]


def test_a_stage_without_a_table_has_none():
    assert tables(7, {}) == {}
    assert table_of(7, "A", {}) == []


def test_stages_that_carry_from_each_other_do_not_loop():
    one = stage_sums([], [(ASHFORD, "")], carries_from_id=2, carries="full")
    two = stage_sums([], [(ASHFORD, "")], id=2, carries_from_id=1, carries="full", adjusted={ASHFORD: 5})

    assert [points for _, _, points in shown(tables(1, by_stage([one, two]))[""])] == [5]


played = st.lists(
    st.tuples(st.permutations([ASHFORD, BARROW, CORLEY, DENBY]), st.integers(0, 5), st.integers(0, 5)),
    min_size=1,
    max_size=12,
)


@examples(200)
@given(played)
def test_the_sums_without_a_match_are_those_of_the_other_matches(matches):
    entries = [(team, "") for team in (ASHFORD, BARROW, CORLEY, DENBY)]
    sides = [
        row
        for number, ((home, away, *_), *score) in enumerate(matches)
        for row in both_sides(number, home, away, (score[0], score[1]))
    ]
    last = [row for row in sides if row["match"] == len(matches) - 1]

    left = without(stage_sums(sides, entries), last)

    assert left["teams"] == stage_sums(sides[:-2], entries)["teams"]
    assert left["sides"] == sides[:-2]
    assert left["to_play"] == [{"group": "", "home": last[0]["team"], "away": last[1]["team"]}]
