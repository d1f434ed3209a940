"""Sum up the matches of one team. Pure: no database, no clock."""

from collections.abc import Sequence
from dataclasses import replace

from matches.tables.records import TableSide, TeamRecord
from matches.tables.rules import TableRules


def sum_up(team: int, sides: Sequence[TableSide], rules: TableRules) -> TeamRecord:
    """Return the record of a team from its sides of matches."""
    away = [side for side in sides if not side.at_home]
    outcomes = [side.outcome for side in sides]
    shootouts = [side.shootout for side in sides]
    record = TeamRecord(
        team=team,
        played=len(sides),
        won=outcomes.count("W"),
        drawn=outcomes.count("D"),
        lost=outcomes.count("L"),
        shootouts_won=shootouts.count("W"),
        shootouts_lost=shootouts.count("L"),
        goals_for=sum(side.goals_for for side in sides),
        goals_against=sum(side.goals_against for side in sides),
        away_goals=sum(side.goals_for for side in away),
        away_wins=sum(side.outcome == "W" for side in away),
    )
    return replace(record, points=rules.points_of(record))
