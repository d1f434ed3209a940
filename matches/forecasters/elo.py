"""Elo ratings for football.

The rating system is A. Elo, The Rating of Chessplayers, Past and Present (1978). The margin of victory enters
as in L. M. Hvattum and H. Arntzen, "Using ELO ratings for match result prediction in association football",
International Journal of Forecasting 26 (2010), 460-470: their goal-based ELO, k = 10 (1 + margin). The home
advantage in points and the conversion of points to goals are our own.
"""

from dataclasses import dataclass

from matches.forecasters import priors
from matches.forecasters.base import Fitted, Fixture, Forecast, Known, PastMatch
from matches.forecasters.promotion import Ladder
from matches.forecasters.score_matrix import forecast_from_grid, score_grid

START = 1500.0
K = 10.0
# Points added for the home side; 65 points correspond to an expected result of 59 %.
HOME_ADVANTAGE = 65.0

# Prior of the goals per 100 points, and its weight in the regression as a sum of squares (in 100 points).
GOALS_PER_100 = 0.5
SLOPE_PRIOR = 100.0


@dataclass(frozen=True, slots=True)
class EloFit:
    """Ratings, the goal difference per 100 points, and the league's mean goals at home and away."""

    ladder: Ladder
    goals_per_100: float
    means: tuple[float, float]


class Elo(Fitted[EloFit]):
    """Goal difference by least squares from the rating difference; Poisson goals around the league mean."""

    slug = "elo"
    name = "Elo"
    description = (
        "Elo ratings with margin of victory and home advantage; the difference is turned into goals."
    )

    def fit(self, known: Known) -> EloFit:
        ladder, means = Ladder(START), priors.mean_goals(known)
        home_edge = means[0] - means[1]
        products, squares = SLOPE_PRIOR * GOALS_PER_100, SLOPE_PRIOR
        for match in known:
            hundreds = (ladder.rating(match.home) - ladder.rating(match.away)) / 100
            products += hundreds * (match.home_goals - match.away_goals - home_edge)
            squares += hundreds**2
            _update_ratings(ladder, match)
        return EloFit(ladder, products / squares, means)

    def apply(self, fixture: Fixture, fit: EloFit) -> Forecast:
        home_mean, away_mean = fit.means
        hundreds = (fit.ladder.rating(fixture.home) - fit.ladder.rating(fixture.away)) / 100
        edge = fit.goals_per_100 * hundreds / 2
        return forecast_from_grid(score_grid(home_mean + edge, away_mean - edge))


def expected_result(points: float) -> float:
    """Return the expected result (0..1) of a side that is rated `points` higher (Elo 1978)."""
    return float(1 / (1 + 10 ** (-points / 400)))


def _update_ratings(ladder: Ladder, match: PastMatch) -> None:
    margin = match.home_goals - match.away_goals
    points = ladder.rating(match.home) - ladder.rating(match.away) + HOME_ADVANTAGE
    result = 0.5 if margin == 0 else float(margin > 0)
    change = K * (1 + abs(margin)) * (result - expected_result(points))
    ladder.move(match.home, change)
    ladder.move(match.away, -change)
