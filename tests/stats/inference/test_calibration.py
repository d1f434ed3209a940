"""Parts of the scores, reliability curves and their bands."""

import numpy as np
import pytest
from scipy import optimize

from stats.inference.calibration import (
    Cells,
    brier_parts,
    cells_of,
    reliability_curve,
    rps_parts,
    sharpness,
)

SEEDS = range(20)


def predictions(seed: int, matches: int = 500, sharpen: float = 1.0):
    """Return probabilities in thousandths (matches x outcomes) and outcomes (0, 1, 2)."""
    rng = np.random.default_rng(seed)
    truth = rng.dirichlet([2, 1.5, 1.5], matches)
    outcome = (rng.random(matches)[:, None] > truth.cumsum(axis=1)).sum(axis=1)
    stated = truth**sharpen / (truth**sharpen).sum(axis=1, keepdims=True)
    return np.rint(1000 * stated).astype(int), outcome


def cells(thousandths, outcome) -> list[Cells]:
    ones = np.ones(len(outcome), dtype=int)
    return [cells_of(thousandths[:, each], ones, (outcome == each).astype(int)) for each in range(3)]


def exact_parts(p, hit):
    """Return score, MCB, DSC and UNC of one outcome from single predictions, with scipy."""
    order = np.argsort(p, kind="stable")
    p, hit = p[order], hit[order].astype(float)
    _, inverse, count = np.unique(p, return_inverse=True, return_counts=True)
    means = np.bincount(inverse, weights=hit) / count
    fit = optimize.isotonic_regression(means, weights=count).x[inverse]
    score, best, base = (((each - hit) ** 2).mean() for each in (p, fit, hit.mean()))
    return np.array([score, score - best, base - best, base])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_parts_add_up_to_the_mean_score_of_the_predictions(seed):
    thousandths, outcome = predictions(seed, sharpen=1.6)
    home, draw, away = cells(thousandths, outcome)
    errors = (thousandths / 1000 - np.eye(3)[outcome]) ** 2
    expected = {
        "brier": (brier_parts(home, draw, away), errors.sum(axis=1).mean()),
        "rps": (rps_parts(home, away), (errors[:, 0] + errors[:, 2]).mean() / 2),
    }

    for parts, score in expected.values():
        assert parts.score == pytest.approx(score, abs=1e-12)
        assert parts.mcb - parts.dsc + parts.unc == pytest.approx(score, abs=1e-12)
        assert parts.mcb >= 0
        assert parts.dsc >= 0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_parts_are_those_of_scipy_on_single_predictions(seed):
    thousandths, outcome = predictions(seed)
    home, draw, away = cells(thousandths, outcome)
    one, two, three = (exact_parts(thousandths[:, each] / 1000, outcome == each) for each in range(3))

    brier, rps = brier_parts(home, draw, away), rps_parts(home, away)
    np.testing.assert_allclose([brier.score, brier.mcb, brier.dsc, brier.unc], one + two + three, atol=1e-12)
    np.testing.assert_allclose([rps.score, rps.mcb, rps.dsc, rps.unc], (one + three) / 2, atol=1e-12)


def test_overconfident_forecasts_have_more_miscalibration_and_the_same_discrimination():
    honest = brier_parts(*cells(*predictions(1, 5000)))
    sharp = brier_parts(*cells(*predictions(1, 5000, sharpen=2.5)))

    assert sharp.mcb > honest.mcb + 0.02
    assert sharp.dsc == pytest.approx(honest.dsc, abs=0.01)


def test_nothing_is_shown_below_100_matches():
    few = cells(*predictions(1, 99))

    assert brier_parts(*few) is None
    assert rps_parts(few[0], few[2]) is None
    assert reliability_curve(few[0]) is None
    assert brier_parts(*cells(*predictions(1, 100))) is not None


def test_calibrated_forecasts_are_inside_the_band_and_overconfident_ones_are_not():
    def share_inside(sharpen: float) -> float:
        curve = reliability_curve(cells(*predictions(2, 3000, sharpen))[0])
        inside = (curve.band_low <= curve.recalibrated) & (curve.recalibrated <= curve.band_high)
        return inside.mean()

    assert share_inside(1) > 0.8
    assert share_inside(2.5) < 0.5


def test_the_band_contains_the_given_share_of_calibrated_curves():
    rng = np.random.default_rng(3)
    p = np.array([200, 400, 600, 800])
    matches = np.full(4, 100)
    inside = []
    for seed in range(100):
        curve = reliability_curve(Cells(p, matches, rng.binomial(matches, p / 1000)), seed=seed)
        inside.append((curve.band_low <= curve.recalibrated) & (curve.recalibrated <= curve.band_high))
    assert np.mean(inside) == pytest.approx(0.9, abs=0.05)


def test_the_same_seed_gives_the_same_band():
    home = cells(*predictions(1))[0]

    np.testing.assert_array_equal(reliability_curve(home).band_low, reliability_curve(home).band_low)


def test_equal_probabilities_are_merged():
    merged = cells_of(np.array([700, 300, 700]), np.array([2, 1, 1]), np.array([1, 0, 1]))

    assert (merged.thousandths.tolist(), merged.matches.tolist()) == ([300, 700], [1, 3])
    assert merged.hits.tolist() == [0, 2]


def test_sharpness_counts_predictions_by_probability():
    counts = sharpness(cells_of(np.array([0, 49, 50, 1000]), np.array([1, 2, 3, 4]), np.zeros(4, int)))

    assert counts.tolist() == [3, 3, *[0] * 17, 4]
