"""Ranked probability score of final places."""

import numpy as np
import pytest

from stats.simulation.place_accuracy import rps_of_equal_chances, rps_of_places


def test_a_certain_forecast_that_comes_true_scores_zero():
    assert rps_of_places(np.eye(4), np.array([0, 1, 2, 3])) == 0


def test_the_reversed_order_scores_worse_than_a_swap_of_neighbours():
    reversed_order = rps_of_places(np.eye(4), np.array([3, 2, 1, 0]))
    swapped = rps_of_places(np.eye(4), np.array([1, 0, 2, 3]))

    assert swapped == pytest.approx(2 * 1 / 3 / 4)
    assert reversed_order == pytest.approx((3 + 1 + 1 + 3) / 3 / 4)


def test_equal_chances_of_two_places_score_a_quarter():
    assert rps_of_equal_chances(2) == pytest.approx(0.25)
