"""Ranked probability score of a forecast of final places. Pure."""

import numpy as np
from numpy.typing import NDArray


def rps_of_places(chances: NDArray[np.float64], places: NDArray[np.intp]) -> float:
    """Return the mean ranked probability score of the teams: 0 is perfect, lower is better.

    `chances` has a row per team and a column per place; rows sum to 1. `places` has each team's final place,
    counted from 0. The score of a team is the mean squared difference of the cumulative probabilities of
    forecast and outcome, over all places but the last one, at which both are 1.
    """
    count = chances.shape[1]
    happened = np.arange(count)[None, :] >= places[:, None]
    difference = (np.cumsum(chances, axis=1) - happened)[:, :-1]
    return float((difference**2).sum(axis=1).mean() / (count - 1))


def rps_of_equal_chances(count: int) -> float:
    """Return the score of a forecast that gives every team the same chance of each of `count` places."""
    return rps_of_places(np.full((count, count), 1 / count), np.arange(count))
