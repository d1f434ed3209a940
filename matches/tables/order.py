"""Order of the teams of a table. Pure: no database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass

from matches.tables.rules import TableRules, TieBreaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One team's side of a match that counts: goals, outcome (W, D or L), and a shootout won or lost."""

    team: int
    opponent: int
    at_home: bool
    goals_for: int
    goals_against: int
    outcome: str
    shootout: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRecord:
    """Sums of one team in a table. `drawn` includes draws that a shootout decided.

    `points` includes `adjustment` (deducted or given by the league) and `carried` (taken along from another
    stage). `lot` orders teams that all rules leave level, lowest first.
    """

    team: int
    played: int = 0
    won: int = 0
    drawn: int = 0
    lost: int = 0
    shootouts_won: int = 0
    shootouts_lost: int = 0
    goals_for: int = 0
    goals_against: int = 0
    away_goals: int = 0
    away_wins: int = 0
    adjustment: int = 0
    carried: int = 0
    points: int = 0
    lot: int | None = None

    @property
    def goal_difference(self) -> int:
        return self.goals_for - self.goals_against


@dataclass(frozen=True, slots=True)
class Place:
    """A team's position in its table, from 1. Teams that share it are level after all rules and lots."""

    team: int
    position: int


def places(
    records: Sequence[TeamRecord], sides: Sequence[Side], rules: TableRules, *, all_played: bool = True
) -> list[Place]:
    """Return the places of all teams, best first.

    `sides` are all sides of the table's counted matches, for the rules between level teams. `all_played` is
    False while matches of the table are still to be played (see `head_to_head_when_complete`).
    """
    simple = {
        TieBreaker.GOAL_DIFFERENCE: lambda record: record.goal_difference,
        TieBreaker.GOALS: lambda record: record.goals_for,
    }

    def key(record: TeamRecord) -> tuple[int, ...]:
        return (
            record.points,
            *(simple[rule](record) for rule in rules.tie_breakers if rule in simple),
        )

    ordered = sorted(records, key=key, reverse=True)
    found: list[Place] = []
    for number, record in enumerate(ordered, start=1):
        level = number > 1 and key(ordered[number - 2]) == key(record)
        found.append(Place(record.team, found[-1].position if level else number))
    return found
