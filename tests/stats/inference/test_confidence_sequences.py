"""Intervals that hold at all times, compared with another implementation and with their definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.inference.confidence_sequences import (
    ALPHA,
    MOST_NEEDED,
    T_OPT,
    boundary,
    evidence,
    half_width,
    interval,
    matches_needed,
)
from tests.example_counts import examples


def sums(values) -> tuple[int, float, float]:
    return len(values), values.sum(), (values**2).sum()


def sums_of(mean: float, deviation: float, matches: int) -> tuple[int, float, float]:
    return matches, matches * mean, matches * (mean**2 + deviation**2)


@pytest.mark.parametrize("seed", range(5))
def test_the_width_is_within_two_percent_of_another_implementation(seed):
    ville = pytest.importorskip("ville")
    differences = np.random.default_rng(seed).normal(0.01, 0.06, 1000)
    other = ville.AsymptoticCS(alpha=ALPHA, t_opt=T_OPT, min_samples=50)

    for matches, values in ((100, differences[:100]), (380, differences[100:380]), (1000, differences[380:])):
        other.update(values)
        low, high = other.interval()[:2]
        assert half_width(*sums(differences[:matches])) == pytest.approx((high - low) / 2, rel=0.02)


def test_the_width_is_the_published_formula():
    matches, alpha = 380, 0.05
    rate = (-2 * np.log(alpha) + np.log(1 - 2 * np.log(alpha))) / 380
    scale = matches * rate + 1

    expected = 0.06 * np.sqrt(2 * scale / (matches**2 * rate) * np.log(np.sqrt(scale) / alpha))
    assert half_width(*sums_of(0.01, 0.06, 380)) == pytest.approx(expected)
    assert boundary(380) * np.sqrt(380) == pytest.approx(3.04, abs=0.005)


def test_there_is_no_interval_for_fewer_than_50_matches():
    assert np.isnan(half_width(*sums_of(0.01, 0.06, 49)))
    assert not np.isnan(half_width(*sums_of(0.01, 0.06, 50)))
    assert np.isnan(evidence(*sums_of(0.01, 0.06, 49)))
    assert np.isnan(matches_needed(*sums_of(0.01, 0.06, 49)))
    assert np.isnan(half_width(0, 0, 0))


def test_the_interval_is_centred_at_the_mean():
    low, high = interval(*sums_of(0.01, 0.06, 380))

    assert (low + high) / 2 == pytest.approx(0.01)
    assert high - low == pytest.approx(2 * half_width(*sums_of(0.01, 0.06, 380)))


@pytest.mark.parametrize(
    ("gap", "alpha", "total"), [(0.01, 0.05, 336), (0.01, 0.05 / 1225, 896), (0.005, 0.05, 1406)]
)
def test_matches_needed_for_a_gap_between_two_language_models(gap, alpha, total):
    assert 50 + matches_needed(*sums_of(gap, 0.06, 50), alpha) == pytest.approx(total, rel=0.01)


@examples(200)
@given(
    matches=st.integers(50, 5000),
    mean=st.floats(-1, 1),
    deviation=st.floats(0.001, 3),
    alpha=st.sampled_from([0.05, 0.05 / 66, 0.05 / 19900]),
)
def test_evidence_reaches_one_in_alpha_when_the_interval_excludes_zero(matches, mean, deviation, alpha):
    given_sums = sums_of(mean, deviation, matches)
    low, high = interval(*given_sums, alpha)
    if min(abs(low), abs(high)) > 1e-9:  # not at the limit itself
        assert (evidence(*given_sums, alpha) > 1 / alpha) == bool(low > 0 or high < 0)


@examples(200)
@given(matches=st.integers(50, 2000), mean=st.floats(0.001, 1), deviation=st.floats(0.001, 3))
def test_matches_needed_is_the_smallest_number_that_excludes_zero(matches, mean, deviation):
    needed = matches_needed(*sums_of(mean, deviation, matches))
    if np.isnan(needed):
        assert mean <= deviation * boundary(matches + MOST_NEEDED)
        return
    assert mean > deviation * boundary(matches + needed) * (1 - 1e-9)
    assert needed == 0 or mean <= deviation * boundary(matches + needed - 1) * (1 + 1e-9)


def test_equal_scores_separate_no_pair():
    assert half_width(100, 0, 0) == 0
    assert evidence(100, 0, 0) < 1
    assert np.isnan(matches_needed(100, 0, 0))


def test_overwhelming_evidence_is_a_finite_number():
    assert np.isfinite(evidence(1000, 1000, 1000))
    assert np.isfinite(evidence(5000, 5000, 5001))


def test_arrays_are_broadcast():
    assert half_width(np.array([60, 400]), 1.0, 5.0, np.array([[0.05], [0.01]])).shape == (2, 2)
