"""Division of the error rate between pairs."""

import numpy as np
import pytest

from stats.inference.error_rate import pair_alpha


@pytest.mark.parametrize("joined", [2, 16, 17, 64, 200, 1000])
def test_the_error_rates_of_all_pairs_stay_below_the_whole(joined):
    first, second = np.triu_indices(joined, 1)

    assert pair_alpha(first + 1, second + 1, 0.05).sum() < 0.05


def test_the_first_sixteen_share_half_and_the_next_48_a_quarter():
    first, second = np.triu_indices(64, 1)
    rates = pair_alpha(first + 1, second + 1, 0.05)

    assert rates[second < 16].sum() == pytest.approx(0.025)
    assert rates[second >= 16].sum() == pytest.approx(0.0125)


def test_forecasters_that_join_later_change_no_earlier_pair():
    assert pair_alpha(3, 9, 0.05) == pytest.approx(0.05 / 240)
    assert pair_alpha([3, 3], [9, 5000], 0.05)[0] == pair_alpha(3, 9, 0.05)
    assert pair_alpha(9, 300, 0.05) == pair_alpha(300, 9, 0.05)
