"""Random seasons of forecasters with equal skill, for simulations.

Each forecaster has four numbers for a match: ln(pH / pA), ln(pD / sqrt(pH pA)), and the goals of both
sides, which are rounded to the predicted score. They are normal around a centre that all forecasters of the
match share, and the centre is normal over matches. Goals are Poisson with a mean that depends on the
centre. The forecasters are exchangeable, so their expected scores are equal.

The constants were fitted with a random-effects analysis of variance (moments) to 11 language models of the
World Cup 2026 (72 matches) and 6 bookmakers of the Premier League 2022/23 (380 matches). The mean goals are
Poisson regressions on the results of both.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    """Mean and covariance of the centre of a match, and covariance of the forecasters around it.

    `freedom` are the degrees of freedom of the t distribution of the forecasters, None for a normal one.
    """

    mean: Array
    between_matches: Array
    within_match: Array
    freedom: float | None = None

    def draw(self, rng: np.random.Generator, matches: int, forecasters: int) -> tuple[Array, Array]:
        """Return the centres (matches x numbers) and the numbers of each forecaster."""
        size = len(self.mean)
        centre = rng.multivariate_normal(self.mean, self.between_matches, matches)
        noise = rng.multivariate_normal(np.zeros(size), self.within_match, (matches, forecasters))
        if self.freedom:
            mixing = rng.chisquare(self.freedom, (matches, forecasters, 1)) / (self.freedom - 2)
            noise = noise / np.sqrt(mixing)  # the covariance stays the same
        return centre, centre[:, None] + noise


LANGUAGE_MODELS = Population(
    mean=np.array([0.327, -0.270, 1.391, 1.005]),
    between_matches=np.array(
        [
            [2.089, -0.038, 1.353, -1.237],
            [-0.038, 0.020, -0.047, -0.002],
            [1.353, -0.047, 0.938, -0.765],
            [-1.237, -0.002, -0.765, 0.786],
        ]
    ),
    within_match=np.array(
        [
            [0.155, -0.004, 0.091, -0.091],
            [-0.004, 0.026, -0.024, -0.012],
            [0.091, -0.024, 0.210, -0.001],
            [-0.091, -0.012, -0.001, 0.187],
        ]
    ),
)
BOOKMAKERS = Population(  # they publish no scores; the kurtosis of their deviations is about 7
    mean=np.array([0.371, -0.308]),
    between_matches=np.array([[1.291, -0.045], [-0.045, 0.012]]),
    within_match=np.array([[0.0024, 0.0006], [0.0006, 0.0012]]),
    freedom=5.5,
)
LOG_MEAN_GOALS = np.array([[0.183, 0.268, -0.539], [0.095, -0.263, -0.488]])  # constant and both logarithms


# Factors of ln(pH / pA) that make language models bold or cautious, with the same expected score (found by
# bisection on a million random matches).
BOLD = 1.3
CAUTIOUS = {"rps": 0.624, "brier": 0.668, "log": 0.578}


def season(
    rng: np.random.Generator, population: Population, *, matches: int = 380, forecasters: int = 12
) -> dict[str, Array]:
    """Return the scores of a random season by metric, each an array of matches x forecasters."""
    numbers, goals = _draw(rng, population, matches, forecasters)
    scores = probability_scores(probabilities(numbers[..., 0], numbers[..., 1]), goals)
    if len(population.mean) == 4:
        scores["points"] = points(np.maximum(np.rint(numbers[..., 2:]), 0).astype(int), goals)
    return scores


def season_of_styles(
    rng: np.random.Generator, metric: str, *, matches: int = 380, forecasters: int = 12
) -> Array:
    """Return the scores of a season in which every second forecaster is bold and the others are cautious.

    The expected scores are equal, but differences are skewed: a bold forecaster often wins a little and
    sometimes loses much.
    """
    numbers, goals = _draw(rng, LANGUAGE_MODELS, matches, forecasters)
    style = np.where(np.arange(forecasters) % 2, BOLD, CAUTIOUS[metric])
    return probability_scores(probabilities(numbers[..., 0] * style, numbers[..., 1]), goals)[metric]


def _draw(
    rng: np.random.Generator, population: Population, matches: int, forecasters: int
) -> tuple[Array, NDArray[np.int_]]:
    """Return the numbers of each forecaster and the goals of each match."""
    centre, numbers = population.draw(rng, matches, forecasters)
    means = np.exp(LOG_MEAN_GOALS[:, 0] + centre[:, :2] @ LOG_MEAN_GOALS[:, 1:].T)
    return numbers, rng.poisson(means)


def probabilities(home_to_away: Array, draw_to_both: Array) -> Array:
    """Return the probabilities of home win, draw and away win, from the two logarithms."""
    raw = np.exp(np.stack([home_to_away / 2, draw_to_both, -home_to_away / 2], axis=-1))
    return raw / raw.sum(axis=-1, keepdims=True)


def probability_scores(probability: Array, goals: NDArray[np.int_]) -> dict[str, Array]:
    """Return RPS, Brier and log score as in scoring/rules.py."""
    actual = np.eye(3)[_outcome(goals)][:, None]
    errors = (probability - actual) ** 2
    floored = np.maximum(probability, 0.001)
    floored = floored / floored.sum(axis=-1, keepdims=True)
    return {
        "rps": (errors[..., 0] + errors[..., 2]) / 2,
        "brier": errors.sum(axis=-1),
        "log": -np.log((floored * actual).sum(axis=-1)),
    }


def points(picks: NDArray[np.int_], goals: NDArray[np.int_]) -> Array:
    """Return the points with quotas as in scoring/rules.py."""
    picked, actual = _outcome(picks), _outcome(goals)
    right = picked == actual[:, None]
    total, same = picks.shape[1], right.sum(axis=1)
    quota = np.clip((6 * total + 19 * same) // (10 * np.maximum(same, 1)), 2, 6)
    difference = picks[..., 0] - picks[..., 1] == (goals[:, 0] - goals[:, 1])[:, None]
    exact = (picks == goals[:, None]).all(axis=-1)
    return np.where(right, quota[:, None] + difference + 3 * exact, 0).astype(float)


def _outcome(goals: NDArray[np.int_]) -> NDArray[np.int_]:
    """Return 0 for a home win, 1 for a draw, 2 for an away win."""
    return 1 - np.sign(goals[..., 0] - goals[..., 1])
