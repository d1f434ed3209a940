"""The schema of the facts, continued: the forecasters' board and the league table. See schema.py."""

from typing import TypedDict


class Named(TypedDict):
    slug: str
    name: str


class BoardRow(Named):
    rank: int
    rank_before: int | None
    matches: int
    points: int
    average: float  # points per predicted score, two decimals


class Move(Named):
    rank_before: int
    rank: int
    places: int


class Lead(Named):
    """The sole leader and the next behind. Points only where both predicted equally many matches."""

    second: str
    lead_points: int | None
    lead_average: float


class BoardFacts(TypedDict):
    """The season's ranked forecasters by average points, with this match and without it.

    No leaders, and then no average of theirs, while one of the first has fewer than five matches.
    """

    size: int
    top: list[BoardRow]
    leaders_before: list[str]
    leaders: list[str]
    leaders_count: int
    leaders_average: float | None
    lead: Lead | None
    risers: list[Move]
    fallers: list[Move]
    moved: int


class Run(Named):
    length: int


class Streaks(TypedDict):
    """Right tendencies in a row this season, and blanks in a row that ended here."""

    running: list[Run]
    ended: list[Run]
    blanks_ended: list[Run]


class LeagueRow(Named):
    position: int
    position_before: int | None
    played: int
    won: int
    drawn: int
    lost: int
    goals_for: int
    goals_against: int
    goal_difference: int
    points: int
    carried: int | None  # taken along from another stage; this and the next two are included in `points`
    deducted: int | None  # by the league up to that day, in all
    added: int | None
    plays_here: bool


class LeagueFacts(TypedDict):
    """The top of the table and both sides, as it stood with this match counted.

    It is the table of the match's stage, or of its group if the stage has groups. `title` names that, e.g.
    "Group B"; None if the season has one table.
    """

    title: str | None
    size: int
    rows: list[LeagueRow]
    leaders_before: list[str]
    leaders: list[str]
    simultaneous_open: int  # other matches of this table and kickoff that were not counted yet
