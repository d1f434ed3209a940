"""Tables from lists of results, for the tests of this folder."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from matches.tables.order import places
from matches.tables.records import TableSide, TeamRecord
from matches.tables.rules import TableRules, TieBreaker
from matches.tables.team_sums import sum_up

Score = tuple[str, str, int, int]  # home team, away team, and their goals

OVERALL = (TieBreaker.GOAL_DIFFERENCE, TieBreaker.GOALS)
HEAD_TO_HEAD = (
    TieBreaker.HEAD_TO_HEAD_POINTS,
    TieBreaker.HEAD_TO_HEAD_GOAL_DIFFERENCE,
    TieBreaker.HEAD_TO_HEAD_GOALS,
)


def sides_of(home: int, away: int, home_goals: int, away_goals: int, shootout: str = "") -> list[TableSide]:
    """Both sides of a match; `shootout` is W if the home team won it."""
    lead = home_goals - away_goals
    other = {"W": "L", "L": "W", "": ""}[shootout]
    outcomes = ("W", "L") if lead > 0 else ("L", "W") if lead < 0 else ("D", "D")
    return [
        TableSide(
            team=home,
            opponent=away,
            at_home=True,
            goals_for=home_goals,
            goals_against=away_goals,
            outcome=outcomes[0],
            shootout=shootout,
        ),
        TableSide(
            team=away,
            opponent=home,
            at_home=False,
            goals_for=away_goals,
            goals_against=home_goals,
            outcome=outcomes[1],
            shootout=other,
        ),
    ]


def records_of(teams: Iterable[int], sides: Collection[TableSide], rules: TableRules) -> list[TeamRecord]:
    return [sum_up(team, [side for side in sides if side.team == team], rules) for team in teams]


def table(
    scores: Iterable[Score],
    *tie_breakers: TieBreaker,
    when_complete: bool = False,
    to_play: Iterable[tuple[str, str]] = (),
    lots: Mapping[str, int] | None = None,
    changes: Mapping[str, Mapping[str, int]] | None = None,
    points: Mapping[str, int | None] | None = None,
) -> list[tuple[int, str]]:
    """Position and name of each team. `changes` adds values to the sums of a team, e.g. carried points."""
    rules = TableRules(
        tie_breakers=tie_breakers, head_to_head_when_complete=when_complete, **{**(points or {})}
    )
    scores = list(scores)
    names = sorted({team for home, away, *_ in scores for team in (home, away)})
    ids = {name: number for number, name in enumerate(names, start=1)}
    sides = [side for home, away, *goals in scores for side in sides_of(ids[home], ids[away], *goals)]
    records = [
        replace(record, lot=(lots or {}).get(names[record.team - 1]))
        for record in records_of(ids.values(), sides, rules)
    ]
    for name, added in (changes or {}).items():
        record = records[ids[name] - 1]
        values = {key: (getattr(record, key) or 0) + value for key, value in added.items()}
        records[ids[name] - 1] = replace(record, **values)
    pairs = [frozenset({ids[home], ids[away]}) for home, away in to_play]
    found = places(records, sides, rules, to_play=pairs)
    return [(place.position, names[place.team - 1]) for place in found]
