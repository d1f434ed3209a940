"""Elo ratings for football.

The rating system is A. Elo, The Rating of Chessplayers, Past and Present (1978). The margin of victory enters
as in L. M. Hvattum and H. Arntzen, "Using ELO ratings for match result prediction in association football",
International Journal of Forecasting 26 (2010), 460-470: their goal-based ELO, k = 10 (1 + margin). The home
advantage in points and the step from points to goals are ours.
"""

from dataclasses import dataclass

from matches.forecasters import priors
from matches.forecasters.base import Fitted, Fixture, Forecast, Known, PastMatch
from matches.forecasters.promotion import Ladder
from matches.forecasters.score_matrix import forecast_from_grid, score_grid

START = 1500.0
K = 10.0
# What playing at home is worth in the expected result; 65 points are an expectation of 59 %.
HOME_ADVANTAGE = 65.0

# Goals that 100 points are worth before any match is known, and the points squared that this belief weighs.
GOALS_PER_100 = 0.5
SLOPE_PRIOR = 100.0


@dataclass(frozen=True, slots=True)
class EloFit:
    """Ratings, the goals that 100 points are worth, and the league's mean goals at home and away."""

    ladder: Ladder
    goals_per_100: float
    means: tuple[float, float]


class Elo(Fitted[EloFit]):
    """Rating difference to goal difference by least squares, then Poisson goals around the league's mean."""

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
            _record(ladder, match)
        return EloFit(ladder, products / squares, means)

    def apply(self, fixture: Fixture, fit: EloFit) -> Forecast:
        home_mean, away_mean = fit.means
        hundreds = (fit.ladder.rating(fixture.home) - fit.ladder.rating(fixture.away)) / 100
        edge = fit.goals_per_100 * hundreds / 2
        return forecast_from_grid(score_grid(home_mean + edge, away_mean - edge))


def expected_result(points: float) -> float:
    """The expected share of a win for the side that is `points` ahead, 0..1 (Elo 1978)."""
    return float(1 / (1 + 10 ** (-points / 400)))


def _record(ladder: Ladder, match: PastMatch) -> None:
    margin = match.home_goals - match.away_goals
    points = ladder.rating(match.home) - ladder.rating(match.away) + HOME_ADVANTAGE
    result = 0.5 if margin == 0 else float(margin > 0)
    change = K * (1 + abs(margin)) * (result - expected_result(points))
    ladder.move(match.home, change)
    ladder.move(match.away, -change)
