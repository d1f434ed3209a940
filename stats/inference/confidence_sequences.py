"""Intervals for the mean of a sequence that hold at all times, however often they are looked at.

Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic
confidence sequences", Annals of Statistics 52(6), 2024 (arXiv 2103.06476). They are asymptotic, so they
are not computed for fewer than MIN_MATCHES matches. docs/adr/0050 explains the choice of ALPHA and T_OPT.

All functions take sums over n matches (`matches`): `total`, the sum of x, and `squares`, the sum of x^2. x is
usually the difference of the scores of two forecasters. They accept arrays that can be broadcast together.
"""

import numpy as np
from numpy.typing import ArrayLike

from stats.inference.units import Vector

ALPHA = 0.05
T_OPT = 380  # number of matches at which the interval is narrowest: a league season
MIN_MATCHES = 50
MOST_NEEDED = 10_000  # `matches_needed` returns no larger numbers
_LARGEST_EXPONENT = 700.0  # exp(710) overflows


def mixture_rate(alpha: ArrayLike = ALPHA, t_opt: float = T_OPT) -> Vector:
    """Return r = (-2 ln a + ln(1 - 2 ln a)) / t_opt, so that the interval is narrowest near t_opt."""
    log_alpha = np.log(np.asarray(alpha, dtype=np.float64))
    return np.asarray((-2 * log_alpha + np.log1p(-2 * log_alpha)) / t_opt)


def boundary(matches: ArrayLike, alpha: ArrayLike = ALPHA, t_opt: float = T_OPT) -> Vector:
    """Return the half width in standard deviations: sqrt(2 (n r + 1) / (n^2 r) ln(sqrt(n r + 1) / a)).

    It is NaN for fewer than MIN_MATCHES matches.
    """
    n = np.asarray(matches, dtype=np.float64)
    n = np.where(n < MIN_MATCHES, np.nan, n)
    rate = mixture_rate(alpha, t_opt)
    scale = n * rate + 1
    log_ratio = 0.5 * np.log(scale) - np.log(np.asarray(alpha, dtype=np.float64))
    return np.asarray(np.sqrt(2 * scale / (n * n * rate) * log_ratio))


def mean_and_deviation(matches: ArrayLike, total: ArrayLike, squares: ArrayLike) -> tuple[Vector, Vector]:
    """Return the mean m and the standard deviation sqrt(sum x^2 / n - m^2); NaN without matches."""
    n = np.asarray(matches, dtype=np.float64)
    n = np.where(n > 0, n, np.nan)
    mean = np.asarray(total, dtype=np.float64) / n
    variance = np.asarray(squares, dtype=np.float64) / n - mean * mean
    return np.asarray(mean), np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def half_width(
    matches: ArrayLike,
    total: ArrayLike,
    squares: ArrayLike,
    alpha: ArrayLike = ALPHA,
    t_opt: float = T_OPT,
) -> Vector:
    """Return half the width of the interval around the mean; NaN for fewer than MIN_MATCHES matches."""
    _, deviation = mean_and_deviation(matches, total, squares)
    return np.asarray(deviation * boundary(matches, alpha, t_opt))


def interval(
    matches: ArrayLike,
    total: ArrayLike,
    squares: ArrayLike,
    alpha: ArrayLike = ALPHA,
    t_opt: float = T_OPT,
) -> tuple[Vector, Vector]:
    """Return both ends of the interval for the mean, lower end first; NaN for fewer than MIN_MATCHES matches.

    With probability 1 - alpha the intervals after each match contain the average of the expected values up to
    that match, all at the same time.
    """
    mean, deviation = mean_and_deviation(matches, total, squares)
    half = deviation * boundary(matches, alpha, t_opt)
    return mean - half, mean + half


def evidence(
    matches: ArrayLike,
    total: ArrayLike,
    squares: ArrayLike,
    alpha: ArrayLike = ALPHA,
    t_opt: float = T_OPT,
) -> Vector:
    """Return the e-value against a mean of 0: E = exp(r S^2 / (2 (1 + n r))) / sqrt(1 + n r), S = sum x / sd.

    40 means "40 : 1". E reaches 1 / alpha exactly when the interval for the same alpha excludes 0. It is
    NaN for fewer than MIN_MATCHES matches, and never above exp(700).
    """
    n = np.asarray(matches, dtype=np.float64)
    n = np.where(n < MIN_MATCHES, np.nan, n)
    mean, deviation = mean_and_deviation(matches, total, squares)
    rate = mixture_rate(alpha, t_opt)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(mean == 0, 0.0, mean / deviation)
    exponent = rate * (n * ratio) ** 2 / (2 * (1 + n * rate)) - 0.5 * np.log1p(n * rate)
    return np.asarray(np.exp(np.minimum(exponent, _LARGEST_EXPONENT)))


def matches_needed(
    matches: ArrayLike,
    total: ArrayLike,
    squares: ArrayLike,
    alpha: ArrayLike = ALPHA,
    t_opt: float = T_OPT,
) -> Vector:
    """Return how many more matches exclude 0 from the interval, if mean and standard deviation stay the same.

    It is 0 if 0 is excluded already, and NaN for fewer than MIN_MATCHES matches, for a mean of 0, and if
    MOST_NEEDED more matches would not suffice.
    """
    mean, deviation = mean_and_deviation(matches, total, squares)
    n, gap, deviation, level = np.broadcast_arrays(
        np.asarray(matches, dtype=np.float64), np.abs(mean), deviation, np.asarray(alpha, dtype=np.float64)
    )
    few, enough = n - 1, n + MOST_NEEDED
    while (enough - few > 1).any():
        middle = np.floor((few + enough) / 2)
        is_enough = gap > deviation * boundary(middle, level, t_opt)
        few, enough = np.where(is_enough, few, middle), np.where(is_enough, middle, enough)
    possible = (n >= MIN_MATCHES) & (gap > deviation * boundary(n + MOST_NEEDED, level, t_opt))
    return np.where(possible, enough - n, np.nan)
