"""Simulated seasons of equal forecasters with a look after each match: how often two are called different.

A share of SEASONS seasons may exceed ALPHA by two standard errors. The usual interval (mean +- 1.96 standard
errors) fails the same test, so the test can fail.
"""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from stats.inference.confidence_sequences import ALPHA, MIN_MATCHES, boundary
from stats.inference.error_rate import pair_alpha
from tests.stats.inference.seasons import BOOKMAKERS, CAUTIOUS, LANGUAGE_MODELS, season, season_of_styles

Array = NDArray[np.float64]
Shares = dict[str, dict[str, float]]

MATCHES = 380
SEASONS = 200
ALLOWED = ALPHA + 2 * (ALPHA * (1 - ALPHA) / SEASONS) ** 0.5
POPULATIONS = {"language models": LANGUAGE_MODELS, "bookmakers": BOOKMAKERS}
LOOKS = np.arange(MIN_MATCHES, MATCHES + 1.0)


class Interval:
    """Decides after each match (columns) for each pair (rows) if an interval excludes 0.

    |mean| > b sd, with the half width b in standard deviations, is the same as
    (sum d)^2 (1 + b^2) > b^2 n sum d^2, which is quick to compute for many pairs.
    """

    def __init__(self, half_width: Array) -> None:
        self.limit = half_width**2 / (1 + half_width**2) * LOOKS

    def ever_excludes_zero(self, squared_total: Array, squares: Array) -> NDArray[np.bool_]:
        return (squared_total > self.limit * squares).any(axis=1)


def sums_after_each_match(scores: Array) -> tuple[Array, Array]:
    """Return (sum d)^2 and sum d^2 of all pairs; `scores` are matches x forecasters."""
    first, second = np.triu_indices(scores.shape[1], 1)
    differences = scores.T[first] - scores.T[second]
    total = differences.cumsum(axis=1)[:, MIN_MATCHES - 1 :]
    squares = np.square(differences, out=differences).cumsum(axis=1)[:, MIN_MATCHES - 1 :]
    return total**2, squares


def leaderboard_half_width(forecasters: int) -> Array:
    first, second = np.triu_indices(forecasters, 1)
    rates, places = np.unique(pair_alpha(first + 1, second + 1), return_inverse=True)
    return boundary(LOOKS, rates[:, None])[places]


def shares(draw: Callable[[np.random.Generator], dict[str, Array]], forecasters: int) -> Shares:
    """Return by metric the share of seasons in which, at any look, two forecasters are called different."""
    whole, usual = Interval(leaderboard_half_width(forecasters)), Interval(1.96 / np.sqrt(LOOKS))
    single = Interval(boundary(LOOKS, ALPHA))
    found: Shares = {}
    for seed in range(SEASONS):
        for metric, scores in draw(np.random.default_rng(seed)).items():
            squared, squares = sums_after_each_match(scores)
            counts = found.setdefault(
                metric, dict.fromkeys(("any pair", "first pair", "usual interval"), 0.0)
            )
            counts["any pair"] += whole.ever_excludes_zero(squared, squares).any() / SEASONS
            counts["first pair"] += single.ever_excludes_zero(squared[:1], squares[:1])[0] / SEASONS
            counts["usual interval"] += usual.ever_excludes_zero(squared, squares).any() / SEASONS
    return found


def check(found: Shares, title: str) -> None:
    for metric, share in found.items():
        print(title, metric, {what: round(float(value), 4) for what, value in share.items()})
        assert share["any pair"] <= ALLOWED
        assert share["first pair"] <= ALLOWED
        assert share["usual interval"] > 0.9


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("forecasters", [12, 50])
def test_equal_forecasters_are_rarely_called_different(population, forecasters):
    def draw(rng: np.random.Generator) -> dict[str, Array]:
        return season(rng, POPULATIONS[population], matches=MATCHES, forecasters=forecasters)

    check(shares(draw, forecasters), f"{forecasters} {population}")


@pytest.mark.parametrize("forecasters", [12, 50])
def test_bold_and_cautious_forecasters_are_rarely_called_different(forecasters):
    def draw(rng: np.random.Generator) -> dict[str, Array]:
        state = rng.integers(2**32)
        return {
            metric: season_of_styles(
                np.random.default_rng(state), metric, matches=MATCHES, forecasters=forecasters
            )
            for metric in CAUTIOUS
        }

    check(shares(draw, forecasters), f"{forecasters} bold or cautious")
