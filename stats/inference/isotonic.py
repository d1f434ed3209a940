"""Isotonic regression: the non-decreasing sequence with the smallest weighted squared error."""

import numpy as np

from stats.inference.units import Vector


def isotonic_regression(values: Vector, weights: Vector) -> Vector:
    """Return the isotonic fit of `values`, by the pool-adjacent-violators algorithm; weights are positive.

    Source: Ayer, Brunk, Ewing, Reid and Silverman, Annals of Mathematical Statistics 26, 1955.
    """
    totals: list[float] = []
    masses: list[float] = []
    lengths: list[int] = []
    for total, mass in zip((values * weights).tolist(), weights.tolist(), strict=True):
        length = 1
        while totals and totals[-1] * mass >= total * masses[-1]:  # the previous block's mean is not smaller
            total += totals.pop()
            mass += masses.pop()
            length += lengths.pop()
        totals.append(total)
        masses.append(mass)
        lengths.append(length)
    return np.repeat(np.array(totals) / np.array(masses), lengths)
