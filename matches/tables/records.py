"""Sums of a team in a table, and the matches from which they are computed. Pure: no database, no clock."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSide:
    """One team's side of a match that counts: goals, outcome (W, D or L), and the shootout (W, L or none)."""

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
    stage). `rounding` is the change by rounding halved points: 1 if half a point was added, -1 if half a
    point was removed. `earlier_position` is the team's position in the stage from which it takes points
    along. `lot` orders teams that are level after all rules, lowest first.
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
    rounding: int = 0
    earlier_position: int | None = None
    points: int = 0
    lot: int | None = None

    @property
    def goal_difference(self) -> int:
        return self.goals_for - self.goals_against
