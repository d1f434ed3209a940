"""Forecasters that ignore the two teams: the minimum that all others should exceed."""

from matches.forecasters import priors
from matches.forecasters.base import Fixture, Forecast, Known, WalkForward
from matches.forecasters.score_matrix import forecast_from_grid, score_grid


class AlwaysTwoOne(WalkForward):
    """Forecast of 2-1 for every match, with constant probabilities."""

    slug = "always-2-1"
    name = "Always 2-1"
    description = "Says 2-1 for every match, with the constant probabilities 47 % home, 23 % draw, 30 % away."

    def forecast(self, fixture: Fixture, known: Known) -> Forecast:
        return Forecast(2, 1, priors.P_HOME, priors.P_DRAW, priors.P_AWAY)


class BaseRates(WalkForward):
    """Forecast from the shares of home wins, draws and away wins in the league so far."""

    slug = "base-rates"
    name = "League base rates"
    description = "The shares of home wins, draws and away wins in all earlier matches, blind to who plays."

    def forecast(self, fixture: Fixture, known: Known) -> Forecast:
        return forecast_from_grid(score_grid(*priors.mean_goals(known)), priors.rates(known))
