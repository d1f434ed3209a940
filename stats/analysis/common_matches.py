"""Matches that two forecasters both predicted, with the scores of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from core.db import sql
from scoring.rules import Tendency, tendency
from stats.inference.units import BILLION
from stats.leaderboards import Board
from stats.metrics import BY_NAME, Metric
from stats.models import Provenance, Scope

MOST_MATCHES = 2_000  # the newest ones of a pair
_COMMON = sql.read("stats/sql/common_matches.sql")
_FAVOURITES = sql.read("stats/sql/favourites.sql")
# Metrics in the order of the score columns of common_matches.sql -> number of stored units in 1.
_PAIRED = {"average_points": 1, "rps": BILLION, "brier": BILLION, "log_score": BILLION}
_NAMES = [*_PAIRED]
PAIRED_METRICS: list[Metric] = [BY_NAME[name] for name in _PAIRED]


class Scores(NamedTuple):
    """Scores of one prediction: points, and the others in billionths; None if the prediction lacks them."""

    average_points: int | None
    rps: int | None
    brier: int | None
    log_score: int | None


@dataclass(frozen=True, slots=True)
class CommonMatch:
    """Match for which two forecasters, `a` and `b`, both have a score that the leaderboards count.

    `provenance` is that of both predictions; it is `mixed` if they differ, or if one was received after
    predictions of the match had been public.
    """

    id: int
    kickoff_at: datetime
    kickoff_time_known: bool
    home: str
    away: str
    home_goals: int
    away_goals: int
    settlement_id: int
    season: str
    stage: str
    provenance: str
    a: Scores
    b: Scores

    @property
    def result(self) -> Tendency:
        return tendency(self.home_goals, self.away_goals)

    def difference(self, metric: str) -> int | None:
        """Return the score of `a` minus that of `b`, in units of `unit_of`; None if one has no score."""
        a, b = getattr(self.a, metric), getattr(self.b, metric)
        return None if a is None or b is None else a - b


def unit_of(metric: str) -> int:
    """Return the number of stored units in 1: 1 for points, a billion for the other scores."""
    return _PAIRED[metric]


def common_matches(a: int, b: int, board: Board, provenance: str = Provenance.ALL) -> list[CommonMatch]:
    """Return the common matches of two forecasters on a board, oldest first. One query.

    Only the newest MOST_MATCHES are read; of these, matches with another provenance are then left out.
    """
    values = {
        "a": a,
        "b": b,
        "forecasters": [a, b],
        "season": board.scope_id if board.scope == Scope.SEASON else None,
        "competition": board.scope_id if board.scope == Scope.COMPETITION else None,
        "limit": MOST_MATCHES,
    }
    found = [_match(row) for row in sql.fetch_all(_COMMON, values)]
    return of_provenance(found[::-1], provenance)


def of_provenance(matches: list[CommonMatch], provenance: str) -> list[CommonMatch]:
    """Return the matches with this provenance; with Provenance.ALL, return all of them."""
    return [each for each in matches if provenance in (Provenance.ALL, each.provenance)]


def favourites(matches: list[CommonMatch]) -> dict[int, Tendency | None]:
    """Return the favourite of each match by match id: the outcome with the highest mean probability.

    The mean is taken over the forecasters of the season's panel. If two outcomes share the highest mean,
    the value is None; a match without probabilities is missing. One query.
    """
    of_settlement = {each.settlement_id: each.id for each in matches}
    rows = sql.fetch_all(_FAVOURITES, {"settlements": [*of_settlement]})
    return {of_settlement[settlement]: _favourite(*means) for settlement, *means in rows}


def _favourite(home: float, draw: float, away: float) -> Tendency | None:
    means: dict[Tendency, float] = {"home": home, "draw": draw, "away": away}
    best: list[Tendency] = [outcome for outcome, mean in means.items() if mean == max(means.values())]
    return best[0] if len(best) == 1 else None


def _match(row: Sequence[Any]) -> CommonMatch:
    count = len(_NAMES)
    scores = row[-2 * count :]
    return CommonMatch(*row[: -2 * count], *(Scores(*each) for each in (scores[:count], scores[count:])))
