"""Forecasters based on a rating per team: Elo and pi-ratings.

Elo: A. Elo, The Rating of Chessplayers, Past and Present (1978). The margin of victory is used as in L. M.
Hvattum and H. Arntzen, "Using ELO ratings for match result prediction in association football", International
Journal of Forecasting 26 (2010), 460-470: their goal-based ELO, k = 10 (1 + margin). The home advantage in
points and the conversion of points to goals are our own.

Pi-ratings: each team has one rating for home matches and one for away matches, both on a scale of goals. A.
C. Constantinou and N. E. Fenton, "Determining the level of ability of football teams by dynamic ratings based
on the relative discrepancies in scores between adversaries", Journal of Quantitative Analysis in Sports 9
(2013), 37-50; with the paper's b = 10, c = 3 and its learning rates 0.035 and 0.7.
"""

from collections import Counter
from dataclasses import dataclass, field
from math import copysign, log10

from matches.forecasters.base import (
    AWAY_GOALS,
    HOME_GOALS,
    Fitted,
    Fixture,
    Forecast,
    Known,
    PastMatch,
    mean_goals,
)
from matches.forecasters.score_matrix import forecast_from_grid, score_grid

# Teams that appear once this many teams have played this many matches are treated as promoted.
SETTLED_TEAMS, SETTLED_MATCHES = 6, 10
WEAKEST = 3


@dataclass(slots=True)
class TeamRatings:
    """Ratings by team. A promoted team starts with the mean of the three lowest established ratings."""

    start: float
    ratings: dict[str, float] = field(default_factory=dict)
    played: Counter[str] = field(default_factory=Counter)

    def rating(self, team: str) -> float:
        """Return the rating of a team, or its initial rating if it is new."""
        known = self.ratings.get(team)
        return self._first_rating() if known is None else known

    def move(self, team: str, by: float) -> None:
        """Add `by` to a team's rating and count the match."""
        self.ratings[team] = self.rating(team) + by
        self.played[team] += 1

    def _first_rating(self) -> float:
        settled = sorted(r for team, r in self.ratings.items() if self.played[team] >= SETTLED_MATCHES)
        return sum(settled[:WEAKEST]) / WEAKEST if len(settled) >= SETTLED_TEAMS else self.start


ELO_START = 1500.0
ELO_K = 10.0
# Points added for the home side; 65 points correspond to an expected result of 59 %.
HOME_ADVANTAGE = 65.0

# Prior of the goals per 100 points, and its weight in the regression as a sum of squares (in 100 points).
GOALS_PER_100 = 0.5
SLOPE_PRIOR = 100.0


@dataclass(frozen=True, slots=True)
class EloFit:
    """Ratings, the goal difference per 100 points, and the league's mean goals at home and away."""

    ratings: TeamRatings
    goals_per_100: float
    means: tuple[float, float]


class Elo(Fitted[EloFit]):
    """Forecaster with Elo ratings.

    The goal difference is fitted to the rating difference by least squares; goals are Poisson around the
    league mean.
    """

    slug = "elo"
    name = "Elo"
    description = (
        "Elo ratings with margin of victory and home advantage; the difference is turned into goals."
    )

    def fit(self, known: Known) -> EloFit:
        ratings, means = TeamRatings(ELO_START), mean_goals(known)
        home_edge = means[0] - means[1]
        products, squares = SLOPE_PRIOR * GOALS_PER_100, SLOPE_PRIOR
        for match in known:
            hundreds = (ratings.rating(match.home) - ratings.rating(match.away)) / 100
            products += hundreds * (match.home_goals - match.away_goals - home_edge)
            squares += hundreds**2
            _update_ratings(ratings, match)
        return EloFit(ratings, products / squares, means)

    def apply(self, fixture: Fixture, fit: EloFit) -> Forecast:
        home_mean, away_mean = fit.means
        hundreds = (fit.ratings.rating(fixture.home) - fit.ratings.rating(fixture.away)) / 100
        edge = fit.goals_per_100 * hundreds / 2
        return forecast_from_grid(score_grid(home_mean + edge, away_mean - edge))


def expected_result(points: float) -> float:
    """Return the expected result (0..1) of a side that is rated `points` higher (Elo 1978)."""
    return float(1 / (1 + 10 ** (-points / 400)))


def _update_ratings(ratings: TeamRatings, match: PastMatch) -> None:
    margin = match.home_goals - match.away_goals
    points = ratings.rating(match.home) - ratings.rating(match.away) + HOME_ADVANTAGE
    result = 0.5 if margin == 0 else float(margin > 0)
    change = ELO_K * (1 + abs(margin)) * (result - expected_result(points))
    ratings.move(match.home, change)
    ratings.move(match.away, -change)


BASE, SCALE = 10.0, 3.0
LEARNING, CARRY_OVER = 0.035, 0.7
MAX_DIFFERENCE = 5.0


def goals_of(rating: float) -> float:
    """Return the expected goal difference against an average team (the inverse of the paper's psi)."""
    return float(copysign(BASE ** (abs(rating) / SCALE) - 1, rating))


def rating_of(goals: float) -> float:
    """Return the rating for a goal difference (inverse of `goals_of`); dampens large differences."""
    return copysign(SCALE * log10(1 + abs(goals)), goals)


# The paper starts all ratings at zero and learns the home advantage over years. Here a team starts with half
# of the usual home advantage as its home rating, and the negative of it as its away rating.
PI_START = rating_of((HOME_GOALS - AWAY_GOALS) / 2)


@dataclass(frozen=True, slots=True)
class PiFit:
    """Home and away ratings, and the league's mean of total goals per match."""

    at_home: TeamRatings
    away: TeamRatings
    mean_total: float

    def difference(self, home: str, away: str) -> float:
        """Return the expected goal difference, limited to five goals either way."""
        goals = goals_of(self.at_home.rating(home)) - goals_of(self.away.rating(away))
        return max(-MAX_DIFFERENCE, min(MAX_DIFFERENCE, goals))

    def record(self, match: PastMatch) -> None:
        """Update the ratings from one match. Ratings for the other venue change CARRY_OVER times as much."""
        surprise = match.home_goals - match.away_goals - self.difference(match.home, match.away)
        change = LEARNING * rating_of(surprise)
        self.at_home.move(match.home, change)
        self.away.move(match.home, change * CARRY_OVER)
        self.away.move(match.away, -change)
        self.at_home.move(match.away, -change * CARRY_OVER)


class PiRatings(Fitted[PiFit]):
    """Forecaster with pi-ratings.

    The ratings determine the goal difference, and the league mean determines the total goals.
    """

    slug = "pi-ratings"
    name = "Pi-ratings"
    description = "Home and away ratings in goals, corrected after each match by how much it surprised."

    def fit(self, known: Known) -> PiFit:
        fit = PiFit(TeamRatings(PI_START), TeamRatings(-PI_START), sum(mean_goals(known)))
        for match in known:
            fit.record(match)
        return fit

    def apply(self, fixture: Fixture, fit: PiFit) -> Forecast:
        difference = fit.difference(fixture.home, fixture.away)
        return forecast_from_grid(
            score_grid((fit.mean_total + difference) / 2, (fit.mean_total - difference) / 2)
        )
