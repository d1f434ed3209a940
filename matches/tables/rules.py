"""Rules of a league table: points and tie-breakers. Pure: no database, no clock."""

from dataclasses import dataclass
from enum import StrEnum

from matches.tables.records import TeamRecord


class TieBreaker(StrEnum):
    """One rule of the list that orders teams with equal points.

    Rules that begin with `head_to_head` count only the matches among teams that are level after all earlier
    rules. `unrounded_points` and `earlier_position` refer to the stage from which teams take points along.
    """

    GOAL_DIFFERENCE = "goal_difference"
    GOALS = "goals"
    WINS = "wins"
    AWAY_GOALS = "away_goals"
    AWAY_WINS = "away_wins"
    HEAD_TO_HEAD_POINTS = "head_to_head_points"
    HEAD_TO_HEAD_GOAL_DIFFERENCE = "head_to_head_goal_difference"
    HEAD_TO_HEAD_GOALS = "head_to_head_goals"
    HEAD_TO_HEAD_AWAY_GOALS = "head_to_head_away_goals"
    OPPONENTS_POINTS = "opponents_points"
    OPPONENTS_GOAL_DIFFERENCE = "opponents_goal_difference"
    OPPONENTS_GOALS = "opponents_goals"
    UNROUNDED_POINTS = "unrounded_points"
    EARLIER_POSITION = "earlier_position"

    @property
    def is_head_to_head(self) -> bool:
        return self.value.startswith("head_to_head_")

    @property
    def is_about_opponents(self) -> bool:
        return self.value.startswith("opponents_")

    @property
    def needs_matches(self) -> bool:
        return self.is_head_to_head or self.is_about_opponents

    @property
    def value_name(self) -> str:
        """The value that is compared, e.g. "goals" for `head_to_head_goals` and `opponents_goals`."""
        return self.value.removeprefix("head_to_head_").removeprefix("opponents_")


LABELS = {
    TieBreaker.GOAL_DIFFERENCE: "goal difference",
    TieBreaker.GOALS: "goals scored",
    TieBreaker.WINS: "matches won",
    TieBreaker.AWAY_GOALS: "away goals scored",
    TieBreaker.AWAY_WINS: "away matches won",
    TieBreaker.HEAD_TO_HEAD_POINTS: "points in the matches between the level teams",
    TieBreaker.HEAD_TO_HEAD_GOAL_DIFFERENCE: "goal difference in the matches between the level teams",
    TieBreaker.HEAD_TO_HEAD_GOALS: "goals scored in the matches between the level teams",
    TieBreaker.HEAD_TO_HEAD_AWAY_GOALS: "away goals scored in the matches between the level teams",
    TieBreaker.OPPONENTS_POINTS: "points of all opponents",
    TieBreaker.OPPONENTS_GOAL_DIFFERENCE: "goal difference of all opponents",
    TieBreaker.OPPONENTS_GOALS: "goals scored by all opponents",
    TieBreaker.UNROUNDED_POINTS: "points before halved points were rounded",
    TieBreaker.EARLIER_POSITION: "position in the stage that the points come from",
}


def default_tie_breakers() -> list[str]:
    """Return the tie-breakers of a stage for which none were chosen."""
    return [TieBreaker.GOAL_DIFFERENCE.value, TieBreaker.GOALS.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRules:
    """Points for one match, and the tie-breakers in order.

    `shootout_win` and `shootout_loss` are the points for a drawn match with a shootout. If they are None,
    `draw` applies. With `head_to_head_when_complete`, head-to-head rules are skipped while a match between
    the level teams is yet to be played.
    """

    win: int = 3
    draw: int = 1
    loss: int = 0
    shootout_win: int | None = None
    shootout_loss: int | None = None
    tie_breakers: tuple[TieBreaker, ...] = (TieBreaker.GOAL_DIFFERENCE, TieBreaker.GOALS)
    head_to_head_when_complete: bool = False

    def points_of(self, record: TeamRecord) -> int:
        """Return the points for the matches of this record, without adjustments and carried points."""
        points = self.win * record.won + self.draw * record.drawn + self.loss * record.lost
        if self.shootout_win is None or self.shootout_loss is None:
            return points
        return (
            points
            + (self.shootout_win - self.draw) * record.shootouts_won
            + (self.shootout_loss - self.draw) * record.shootouts_lost
        )
