"""Conversion of the integers that the database stores to floating-point numbers."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Index = NDArray[np.intp]

# Differences of scores and their squares are stored in billionths. Weights 1/k and residuals (score minus
# mean of the match), from which the adjusted scores are computed, have three more digits.
BILLION = 1_000_000_000
TRILLION = 1_000_000_000_000


def from_stored(values: Sequence[int] | Sequence[Decimal] | NDArray[Any], unit: int = BILLION) -> Vector:
    """Return stored integers as multiples of 1, e.g. 250,000,000 billionths as 0.25.

    `unit` is the number of stored units in 1: BILLION for differences and their squares, TRILLION for weights
    and residuals. Integers above 2^53 are rounded to 16 significant digits.
    """
    return np.asarray(values, dtype=np.float64) / unit
