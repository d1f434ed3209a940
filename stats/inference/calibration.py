"""Calibration of probabilities: reliability curves and the parts of RPS and Brier score.

Source: Dimitriadis, Gneiting and Jordan, "Stable reliability diagrams for probabilistic classifiers", PNAS
118(8), 2021 (CORP). The recalibrated probability is the isotonic regression of the outcome on the
probability. Then

    mean score = miscalibration (MCB) - discrimination (DSC) + uncertainty (UNC)

holds exactly. The inputs are counts by probability in thousandths, so their size does not grow with the
number of matches.
"""

from dataclasses import dataclass

import numpy as np

from stats.inference.isotonic import isotonic_regression
from stats.inference.units import Index, Vector

MIN_MATCHES = 100  # MCB is biased upwards for few matches
BAND_LEVEL = 0.9
BAND_SAMPLES = 400
THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Cells:
    """Predictions of one outcome (home win, draw or away win), by their probability.

    - `thousandths`: probabilities in thousandths, 0 to 1000, each at most once and increasing
    - `matches`: number of predictions with this probability, at least 1
    - `hits`: in how many of these matches the outcome occurred
    """

    thousandths: Index
    matches: Index
    hits: Index

    @property
    def probabilities(self) -> Vector:
        return self.thousandths / THOUSAND


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """Mean score and its parts: score = mcb - dsc + unc. Lower is better for `score` and `mcb`."""

    score: float
    mcb: float
    dsc: float
    unc: float


@dataclass(frozen=True, slots=True)
class ReliabilityCurve:
    """Points of a reliability diagram, and the band that contains 90 % of the curves of calibrated forecasts.

    The band is pointwise: the 90 % apply to each probability separately, for a number of matches fixed in
    advance.
    """

    probability: Vector
    recalibrated: Vector
    band_low: Vector
    band_high: Vector


def cells_of(thousandths: Index, matches: Index, hits: Index) -> Cells:
    """Return cells in order, with equal probabilities merged and empty cells left out."""
    size = THOUSAND + 1
    count = np.bincount(thousandths, weights=matches, minlength=size).astype(np.intp)
    hit = np.bincount(thousandths, weights=hits, minlength=size).astype(np.intp)
    used = np.flatnonzero(count)
    return Cells(used, count[used], hit[used])


def rps_parts(home: Cells, away: Cells) -> ScoreParts | None:
    """Return the parts of the RPS, which is the mean of the Brier scores of home and away win.

    Returns None below MIN_MATCHES matches.
    """
    return _combined([home, away], 0.5)


def brier_parts(home: Cells, draw: Cells, away: Cells) -> ScoreParts | None:
    """Return the parts of the Brier score, the sum over the three outcomes; None below MIN_MATCHES."""
    return _combined([home, draw, away], 1.0)


def reliability_curve(cells: Cells, *, seed: int = 0) -> ReliabilityCurve | None:
    """Return the reliability curve with its consistency band; None below MIN_MATCHES matches.

    The band is simulated: outcomes are drawn from the probabilities themselves (binomial in each cell) and
    recalibrated, and quantiles are taken at each probability. The same seed always gives the same band.
    Source: consistency resampling of Bröcker and Smith, Weather and Forecasting 22(3), 2007, with the
    probabilities kept fixed.
    """
    if cells.matches.sum() < MIN_MATCHES:
        return None
    drawn = np.random.default_rng(seed).binomial(
        cells.matches, cells.probabilities, size=(BAND_SAMPLES, len(cells.matches))
    )
    curves = np.array([_recalibrated(cells.matches, hits) for hits in drawn])
    low, high = np.quantile(curves, [(1 - BAND_LEVEL) / 2, (1 + BAND_LEVEL) / 2], axis=0)
    return ReliabilityCurve(cells.probabilities, _recalibrated(cells.matches, cells.hits), low, high)


def sharpness(cells: Cells, bins: int = 20) -> Index:
    """Return the number of predictions in each of `bins` equal ranges of probability; 1 is in the last."""
    place = np.minimum(cells.thousandths * bins // THOUSAND, bins - 1)
    return np.bincount(place, weights=cells.matches, minlength=bins).astype(np.intp)


def _recalibrated(matches: Index, hits: Index) -> Vector:
    return isotonic_regression(hits / matches, matches.astype(np.float64))


def _combined(outcomes: list[Cells], factor: float) -> ScoreParts | None:
    if min(cells.matches.sum() for cells in outcomes) < MIN_MATCHES:
        return None
    score, mcb, dsc, unc = (factor * sum(part) for part in zip(*map(_parts, outcomes), strict=True))
    return ScoreParts(score, mcb, dsc, unc)


def _parts(cells: Cells) -> tuple[float, float, float, float]:
    base_rate = np.full(len(cells.matches), cells.hits.sum() / cells.matches.sum())
    score = _binary_brier(cells, cells.probabilities)
    best = _binary_brier(cells, _recalibrated(cells.matches, cells.hits))
    unc = _binary_brier(cells, base_rate)
    return score, score - best, unc - best, unc


def _binary_brier(cells: Cells, probability: Vector) -> float:
    """Return the mean squared error if each cell has the given probability."""
    misses = cells.matches - cells.hits
    errors = cells.hits * (1 - probability) ** 2 + misses * probability**2
    return float(errors.sum() / cells.matches.sum())
