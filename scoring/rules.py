"""The scoring rules, pure: no Django, no database, no clock.

`scoring/sql/score_match.sql` says the same for a whole match at once; a property test holds the two
together. Change one, change the other, and raise RULE.

Sources: the quota is Kicktipp's published formula MAX/(10P) - MAX/10 + MIN with MIN 2 and MAX 6, rounded
half up. RPS: Epstein 1969, Constantinou and Fenton 2012. Brier: Brier 1950. Log score: Good 1952.
"""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

RULE = "quota-2-6/1"

Tendency = Literal["home", "draw", "away"]

MIN_QUOTA = 2
MAX_QUOTA = 6
GOAL_DIFFERENCE_BONUS = 1
EXACT_BONUS = 3
PROBABILITY_FLOOR = 0.001


def tendency(home_goals: int, away_goals: int) -> Tendency:
    """Who won: `home`, `away`, or `draw`."""
    if home_goals == away_goals:
        return "draw"
    return "home" if home_goals > away_goals else "away"


def quota(total: int, picks: int) -> int:
    """Points for a tendency that `picks` of `total` score predictions chose: 2 (the herd) to 6 (the few).

    In integers: floor((6N + 19c) / 10c) is 6N/10c - 0.6 + 2 rounded half up.
    """
    if picks == 0:
        return MAX_QUOTA
    return min(MAX_QUOTA, max(MIN_QUOTA, (6 * total + 19 * picks) // (10 * picks)))


class Quotas(NamedTuple):
    """What each tendency of one match is worth."""

    home: int
    draw: int
    away: int

    def of(self, what: Tendency) -> int:
        return {"home": self.home, "draw": self.draw, "away": self.away}[what]


def quotas(home_picks: int, draw_picks: int, away_picks: int) -> Quotas:
    """The three quotas from how many score predictions chose each tendency."""
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
    """Points for a predicted score, given the score that counts and the match's quotas.

    Wrong tendency: nothing. Right: the quota of the actual result, +1 for the goal difference (a
    right draw always has it), +3 for the exact score.
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


def _actual(result: tuple[int, int]) -> Probabilities:
    what = tendency(*result)
    return Probabilities(float(what == "home"), float(what == "draw"), float(what == "away"))


def ranked_probability_score(p: Probabilities, result: tuple[int, int]) -> float:
    """RPS of three ordered outcomes, in [0, 1]; lower is better: missing by a draw hurts less."""
    e = _actual(result)
    return ((p.home - e.home) * (p.home - e.home) + (p.away - e.away) * (p.away - e.away)) / 2


def brier_score(p: Probabilities, result: tuple[int, int]) -> float:
    """Sum of the three squared errors, in [0, 2]; lower is better."""
    e = _actual(result)
    return (
        (p.home - e.home) * (p.home - e.home)
        + (p.draw - e.draw) * (p.draw - e.draw)
        + (p.away - e.away) * (p.away - e.away)
    )


def log_score(p: Probabilities, result: tuple[int, int]) -> float:
    """-ln of the probability given to what happened, floored at 0.001 and renormalised; lower is better."""
    floored = Probabilities(*(max(each, PROBABILITY_FLOOR) for each in p))
    given = {"home": floored.home, "draw": floored.draw, "away": floored.away}[tendency(*result)]
    return -math.log(given / (floored.home + floored.draw + floored.away))
