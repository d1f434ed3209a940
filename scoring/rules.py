"""Scoring rules as pure functions, without Django, database or clock.

`scoring/sql/score_match.sql` implements the same rules for a whole match; a property test checks that both
agree. If you change one, change the other and increment RULE.

Sources: the quota is Kicktipp's published formula MAX/(10P) - MAX/10 + MIN with MIN 2 and MAX 6, rounded
half up. RPS: Epstein 1969, Constantinou and Fenton 2012. Brier: Brier 1950. Log score: Good 1952.
"""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

RULE = "quota-2-6/2"

Tendency = Literal["home", "draw", "away"]

MIN_QUOTA = 2
MAX_QUOTA = 6
GOAL_DIFFERENCE_BONUS = 1
EXACT_BONUS = 3
PROBABILITY_FLOOR = 0.001


def tendency(home_goals: int, away_goals: int) -> Tendency:
    """Return "home" or "away", the side that won, or "draw"."""
    if home_goals == away_goals:
        return "draw"
    return "home" if home_goals > away_goals else "away"


def quota(total: int, picks: int) -> int:
    """Return the points for a tendency chosen by `picks` of `total` score predictions.

    The points are from 2 (chosen by many) to 6 (chosen by few). With N = `total` and c = `picks`, the integer
    formula floor((6N + 19c) / 10c) equals 6N/10c - 0.6 + 2 rounded half up.
    """
    if picks == 0:
        return MAX_QUOTA
    return min(MAX_QUOTA, max(MIN_QUOTA, (6 * total + 19 * picks) // (10 * picks)))


class Quotas(NamedTuple):
    """Points for each tendency (home win, draw, away win) of one match."""

    home: int
    draw: int
    away: int

    def of(self, what: Tendency) -> int:
        return {"home": self.home, "draw": self.draw, "away": self.away}[what]


def quotas(home_picks: int, draw_picks: int, away_picks: int) -> Quotas:
    """Compute the points for a correct home win, draw and away win from the number of predictions of each."""
    total = home_picks + draw_picks + away_picks
    return Quotas(quota(total, home_picks), quota(total, draw_picks), quota(total, away_picks))


@dataclass(frozen=True, slots=True)
class Points:
    """Points of one score prediction. `total` is 0, or 2 to 10."""

    tendency: int
    goal_difference: int
    exact: int

    @property
    def total(self) -> int:
        return self.tendency + self.goal_difference + self.exact


NO_POINTS = Points(0, 0, 0)


def points(pick: tuple[int, int], result: tuple[int, int], worth: Quotas) -> Points:
    """Return the points for a predicted score, given the actual score and the quotas of the match.

    Wrong tendency: no points. Correct tendency: its quota, +1 for the goal difference (always correct for a
    draw), +3 for the exact score.
    """
    actual = tendency(*result)
    if tendency(*pick) != actual:
        return NO_POINTS
    same_difference = pick[0] - pick[1] == result[0] - result[1]
    return Points(
        tendency=worth.of(actual),
        goal_difference=GOAL_DIFFERENCE_BONUS if same_difference else 0,
        exact=EXACT_BONUS if pick == result else 0,
    )


class Probabilities(NamedTuple):
    """Probabilities of home win, draw and away win, each in 0..1, summing to 1 within 0.001."""

    home: float
    draw: float
    away: float

    def normalised(self) -> "Probabilities":
        """Return the probabilities divided by their sum, from which RPS, Brier and log score are computed."""
        total = self.home + self.draw + self.away
        return Probabilities(self.home / total, self.draw / total, self.away / total)


def _actual(result: tuple[int, int]) -> Probabilities:
    what = tendency(*result)
    return Probabilities(float(what == "home"), float(what == "draw"), float(what == "away"))


def ranked_probability_score(p: Probabilities, result: tuple[int, int]) -> float:
    """Return the RPS of three ordered outcomes, in [0, 1]; lower is better.

    The outcomes are home win, draw and away win. An error between neighbouring outcomes costs less.
    """
    p, e = p.normalised(), _actual(result)
    return ((p.home - e.home) * (p.home - e.home) + (p.away - e.away) * (p.away - e.away)) / 2


def brier_score(p: Probabilities, result: tuple[int, int]) -> float:
    """Return the sum of the three squared errors, in [0, 2]; lower is better."""
    p, e = p.normalised(), _actual(result)
    return (
        (p.home - e.home) * (p.home - e.home)
        + (p.draw - e.draw) * (p.draw - e.draw)
        + (p.away - e.away) * (p.away - e.away)
    )


def log_score(p: Probabilities, result: tuple[int, int]) -> float:
    """Return -ln of the actual outcome's probability; lower is better.

    Probabilities are floored at 0.001 and normalised again.
    """
    floored = Probabilities(*(max(each, PROBABILITY_FLOOR) for each in p.normalised()))
    given = {"home": floored.home, "draw": floored.draw, "away": floored.away}[tendency(*result)]
    return -math.log(given / (floored.home + floored.draw + floored.away))
