"""Forecasters that model the goals of both sides: Poisson and Dixon-Coles."""

from matches.forecasters.base import Fitted, Fixture, Forecast, Known
from matches.forecasters.dixon_coles import Strengths, fit_strengths
from matches.forecasters.score_matrix import forecast_from_grid, score_grid

# Dixon and Coles use 0.0065 per half week, which is a half-life of 373 days.
DECAY_PER_DAY = 0.0065 / 3.5


class Poisson(Fitted[Strengths]):
    """Poisson model with one home advantage for all teams and equal weights of all known matches.

    M. J. Maher, "Modelling association football scores", Statistica Neerlandica 36 (1982), 109-118.
    """

    slug = "poisson"
    name = "Poisson strengths"
    description = (
        "Independent Poisson goals from an attack and a defence strength per team and home advantage."
    )

    def fit(self, known: Known) -> Strengths:
        return fit_strengths(known)

    def apply(self, fixture: Fixture, fit: Strengths) -> Forecast:
        return forecast_from_grid(score_grid(*fit.means(fixture)))


class DixonColes(Fitted[Strengths]):
    """Poisson model with coupled low scores and lower weights of older matches.

    M. J. Dixon and S. G. Coles, "Modelling association football scores and inefficiencies in the football
    betting market", Applied Statistics 46 (1997), 265-280.
    """

    slug = "dixon-coles"
    name = "Dixon-Coles"
    description = "Poisson strengths with the Dixon-Coles correction of low scores; older matches weigh less."

    def fit(self, known: Known) -> Strengths:
        return fit_strengths(known, decay_per_day=DECAY_PER_DAY, coupled=True)

    def apply(self, fixture: Fixture, fit: Strengths) -> Forecast:
        return forecast_from_grid(score_grid(*fit.means(fixture), rho=fit.rho))
