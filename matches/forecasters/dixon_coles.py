"""Poisson and Dixon-Coles: attack and defence strengths by penalised maximum likelihood.

Goals of the home side are Poisson with mean exp(base + home + attack[home] - defence[away]), those of the
away side with mean exp(base + attack[away] - defence[home]). Dixon and Coles's factor tau couples the low
scores through rho.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import exp, log

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from matches.forecasters.base import AWAY_GOALS, HOME_GOALS, Fitted, Fixture, Forecast, Known
from matches.forecasters.score_matrix import forecast_from_grid, score_grid

Vector = NDArray[np.float64]
Index = NDArray[np.intp]

# Standard deviation of a normal prior on each strength, about the spread of strengths in a league. Without it
# a team with one match could get an infinite strength, and the level of all would be undetermined.
SPREAD = 0.3
# Standard deviation of the priors on the level and the home advantage: wide, around the league priors.
LEVEL_SPREAD = 1.0

# Prior mean of strengths for promoted teams, i.e. teams whose first match is this long after the first of the
# league. Those of England in 2013/14 scored 34 % fewer goals than the mean and conceded 10 % more; as three
# teams are a small sample, the attack prior is closer to the mean.
NEW_AFTER = timedelta(days=90)
NEW_ATTACK, NEW_DEFENCE = -0.25, -0.10

MAX_RHO = 0.2
_MIN_TAU = 1e-6

# Dixon and Coles use 0.0065 per half week, which is a half-life of 373 days.
DECAY_PER_DAY = 0.0065 / 3.5


@dataclass(frozen=True, slots=True)
class Strengths:
    """Fitted parameters of the formulas in the module docstring.

    A better attack or defence has a higher value.
    """

    base: float
    home: float
    rho: float
    attack: Mapping[str, float]
    defence: Mapping[str, float]
    unseen: tuple[float, float]

    def means(self, fixture: Fixture) -> tuple[float, float]:
        """Return the expected goals of the home and the away side."""
        attack, defence = self._strengths_of(fixture.home)
        attack_away, defence_away = self._strengths_of(fixture.away)
        return exp(self.base + self.home + attack - defence_away), exp(self.base + attack_away - defence)

    def _strengths_of(self, team: str) -> tuple[float, float]:
        return self.attack.get(team, self.unseen[0]), self.defence.get(team, self.unseen[1])


@dataclass(frozen=True, slots=True)
class League:
    """Known matches as arrays with one entry per match, and the prior of each parameter."""

    teams: list[str]
    home: Index
    away: Index
    home_goals: Vector
    away_goals: Vector
    weight: Vector
    centre: Vector
    precision: Vector


def fit_strengths(known: Known, *, decay_per_day: float = 0.0, coupled: bool = False) -> Strengths:
    """Fit the strengths of all teams to the known matches.

    A match d days before the latest one has the weight exp(-decay_per_day * d). `coupled` also fits rho,
    within -0.2..0.2; otherwise rho is 0. Without matches, returns the league priors.
    """
    league = prepare_league(known, decay_per_day)
    count = len(league.teams)
    max_rho = MAX_RHO if coupled else 0.0
    bounds = [(-3.0, 3.0)] * (2 + 2 * count) + [(-max_rho, max_rho)]
    fitted = minimize(loss, league.centre, args=(league,), jac=True, method="L-BFGS-B", bounds=bounds).x
    return Strengths(
        base=float(fitted[0]),
        home=float(fitted[1]),
        rho=float(fitted[-1]),
        attack=dict(zip(league.teams, fitted[2 : 2 + count].tolist(), strict=True)),
        defence=dict(zip(league.teams, fitted[2 + count : -1].tolist(), strict=True)),
        unseen=_centre_of_new(bool(known) and known[-1].kickoff_at - known[0].kickoff_at > NEW_AFTER),
    )


def prepare_league(known: Known, decay_per_day: float) -> League:
    """Return the matches as arrays, with their weights and the priors of the parameters."""
    teams = sorted({team for match in known for team in (match.home, match.away)})
    index = {team: i for i, team in enumerate(teams)}
    ages = [(known[-1].kickoff_at - match.kickoff_at) / timedelta(days=1) for match in known]
    return League(
        teams=teams,
        home=np.array([index[match.home] for match in known], dtype=np.intp),
        away=np.array([index[match.away] for match in known], dtype=np.intp),
        home_goals=np.array([match.home_goals for match in known], dtype=float),
        away_goals=np.array([match.away_goals for match in known], dtype=float),
        weight=np.exp(-decay_per_day * np.array(ages, dtype=float)),
        centre=_centre(known, teams),
        precision=np.array([LEVEL_SPREAD**-2] * 2 + [SPREAD**-2] * (2 * len(teams)) + [0.0]),
    )


def _centre(known: Known, teams: list[str]) -> Vector:
    first = {team: match.kickoff_at for match in reversed(known) for team in (match.home, match.away)}
    new = [_centre_of_new(first[team] - known[0].kickoff_at > NEW_AFTER) for team in teams]
    level = [log(AWAY_GOALS), log(HOME_GOALS / AWAY_GOALS)]
    return np.array(level + [attack for attack, _ in new] + [defence for _, defence in new] + [0.0])


def _centre_of_new(is_new: bool) -> tuple[float, float]:
    return (NEW_ATTACK, NEW_DEFENCE) if is_new else (0.0, 0.0)


def loss(parameters: Vector, league: League) -> tuple[float, Vector]:
    """Return the negative log posterior and its gradient; parameters: base, home, attacks, defences, rho."""
    count = len(league.teams)
    attack, defence, rho = parameters[2 : 2 + count], parameters[2 + count : -1], float(parameters[-1])
    log_home = parameters[0] + parameters[1] + attack[league.home] - defence[league.away]
    log_away = parameters[0] + attack[league.away] - defence[league.home]
    home, away = np.exp(log_home), np.exp(log_away)
    log_tau, by_home, by_away, by_rho = _log_tau(league, home, away, rho)

    fit = league.home_goals * log_home - home + league.away_goals * log_away - away + log_tau
    slope_home = league.weight * (league.home_goals - home + by_home)
    slope_away = league.weight * (league.away_goals - away + by_away)
    gradient = np.concatenate(
        (
            [slope_home.sum() + slope_away.sum(), slope_home.sum()],
            _sum_by(league.home, slope_home, count) + _sum_by(league.away, slope_away, count),
            -_sum_by(league.away, slope_home, count) - _sum_by(league.home, slope_away, count),
            [league.weight @ by_rho],
        )
    )
    off = parameters - league.centre
    penalised = 0.5 * (league.precision * off) @ off - league.weight @ fit
    return float(penalised), league.precision * off - gradient


def _sum_by(index: Index, values: Vector, count: int) -> Vector:
    return np.bincount(index, weights=values, minlength=count).astype(np.float64)


def _log_tau(league: League, home: Vector, away: Vector, rho: float) -> tuple[Vector, Vector, Vector, Vector]:
    """Return log tau (Dixon and Coles 1997) of each match, and its derivatives.

    The derivatives are by log home mean, log away mean and rho.
    """
    no_home, one_home = league.home_goals == 0, league.home_goals == 1
    no_away, one_away = league.away_goals == 0, league.away_goals == 1
    # tau is 1 + rho * slope, and 1 for all scores but four.
    slope = np.select(
        [no_home & no_away, no_home & one_away, one_home & no_away, one_home & one_away],
        [-home * away, home, away, np.full_like(home, -1.0)],
        default=0.0,
    )
    tau = np.maximum(1 + rho * slope, _MIN_TAU)
    by_rho = slope / tau
    # The slope is proportional to the mean of each side that did not score.
    by_home = np.where(no_home & (no_away | one_away), rho * by_rho, 0.0)
    by_away = np.where(no_away & (no_home | one_home), rho * by_rho, 0.0)
    return np.log(tau), by_home, by_away, by_rho


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
