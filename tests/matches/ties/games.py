"""Matches of ties for tests, without a database."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from matches.ties.grouping import ties_of
from matches.ties.tie import Tie

KICKOFF = datetime(2026, 4, 1, 19, tzinfo=UTC)
_numbers = count(1)


@dataclass
class Game:
    """A match of Ashford and Barrow, finished if it has a score."""

    pk: int
    kickoff_at: datetime
    home_team: str = "Ashford"
    away_team: str = "Barrow"
    stage: str = "Knockout stage"
    round_label: str = "Semi-final"
    leg: int | None = None
    game: int = 1
    status: str = "finished"
    award: str = ""
    home_score: int | None = None
    away_score: int | None = None
    home_score_aet: int | None = None
    away_score_aet: int | None = None
    home_penalties: int | None = None
    away_penalties: int | None = None


def game(
    score: tuple[int, int] | None = None,
    day: int = 0,
    *,
    aet: tuple[int, int] | None = None,
    pens: tuple[int, int] | None = None,
    back: bool = False,
    **more: object,
) -> Game:
    """A match on a day, with the goals of its home team first; `back`: Barrow are at home."""
    scores = {"score": score, "score_aet": aet, "penalties": pens}
    columns = {
        f"{side}_{name}": pair[place]
        for name, pair in scores.items()
        if pair
        for place, side in enumerate(("home", "away"))
    }
    teams = {"home_team": "Barrow", "away_team": "Ashford"} if back else {}
    status = {} if score else {"status": "scheduled"}
    number = next(_numbers)
    return Game(number, KICKOFF + timedelta(days=day), **{**columns, **teams, **status, **more})


def tie(*games: Game, away_goals: bool = False) -> Tie:
    (only,) = ties_of(games, away_goals=away_goals)
    return only
