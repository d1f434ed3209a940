"""Isotonic regression, compared with scipy."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from stats.inference.isotonic import isotonic_regression
from tests.example_counts import examples


@examples(200)
@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 9)), min_size=1, max_size=40))
def test_the_fit_is_that_of_scipy(points):
    values, weights = np.array(points, dtype=float).T

    expected = optimize.isotonic_regression(values, weights=weights).x
    np.testing.assert_allclose(isotonic_regression(values, weights), expected, atol=1e-12)


def test_nothing_has_an_empty_fit():
    assert isotonic_regression(np.array([]), np.array([])).tolist() == []
