"""Pi-ratings: each team has one rating at home and one away, in goals.

A. C. Constantinou and N. E. Fenton, "Determining the level of ability of football teams by dynamic ratings
based on the relative discrepancies in scores between adversaries", Journal of Quantitative Analysis in Sports
9 (2013), 37-50; with the paper's b = 10, c = 3 and its learning rates 0.035 and 0.7.
"""

from dataclasses import dataclass
from math import copysign, log10

from matches.forecasters import priors
from matches.forecasters.base import Fitted, Fixture, Forecast, Known, PastMatch
from matches.forecasters.promotion import Ladder
from matches.forecasters.score_matrix import forecast_from_grid, score_grid

BASE, SCALE = 10.0, 3.0
LEARNING, CARRY_OVER = 0.035, 0.7
MOST_DIFFERENCE = 5.0


def goals_of(rating: float) -> float:
    """Return the expected goal difference against an average team (the inverse of the paper's psi)."""
    return float(copysign(BASE ** (abs(rating) / SCALE) - 1, rating))


def rating_of(goals: float) -> float:
    """Return the rating for a goal difference (inverse of `goals_of`); dampens large differences."""
    return copysign(SCALE * log10(1 + abs(goals)), goals)


# The paper starts all ratings at zero and learns the home advantage over years. Here a team starts with half
# of the usual home advantage as its home rating, and the negative of it as its away rating.
START = rating_of((priors.HOME_GOALS - priors.AWAY_GOALS) / 2)


@dataclass(frozen=True, slots=True)
class PiFit:
    """Home and away ratings, and the league's mean of total goals per match."""

    at_home: Ladder
    away: Ladder
    mean_total: float

    def difference(self, home: str, away: str) -> float:
        """Return the expected goal difference, limited to five goals either way."""
        goals = goals_of(self.at_home.rating(home)) - goals_of(self.away.rating(away))
        return max(-MOST_DIFFERENCE, min(MOST_DIFFERENCE, goals))

    def record(self, match: PastMatch) -> None:
        """Update the ratings from one match; those for the other venue change by the factor CARRY_OVER."""
        surprise = match.home_goals - match.away_goals - self.difference(match.home, match.away)
        change = LEARNING * rating_of(surprise)
        self.at_home.move(match.home, change)
        self.away.move(match.home, change * CARRY_OVER)
        self.away.move(match.away, -change)
        self.at_home.move(match.away, -change * CARRY_OVER)


class PiRatings(Fitted[PiFit]):
    """Goal difference from the pi-ratings, total goals from the league mean."""

    slug = "pi-ratings"
    name = "Pi-ratings"
    description = "Home and away ratings in goals, corrected after each match by how much it surprised."

    def fit(self, known: Known) -> PiFit:
        fit = PiFit(Ladder(START), Ladder(-START), sum(priors.mean_goals(known)))
        for match in known:
            fit.record(match)
        return fit

    def apply(self, fixture: Fixture, fit: PiFit) -> Forecast:
        difference = fit.difference(fixture.home, fixture.away)
        return forecast_from_grid(
            score_grid((fit.mean_total + difference) / 2, (fit.mean_total - difference) / 2)
        )
