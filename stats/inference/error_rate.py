"""Division of a leaderboard's error rate between its pairs of forecasters, in the order of joining.

Forecasters that join later must not make the intervals of the others wider, and their number is not known
in advance. The first 16 forecasters share half of the error rate, the next 48 (up to number 64) a quarter,
the next 192 (up to 256) an eighth, and so on: the sum over all pairs stays below the error rate, however
many join. A pair belongs to the group of the one that joined later. docs/adr/0050 compares this with other
divisions.
"""

import numpy as np
from numpy.typing import ArrayLike

from stats.inference.confidence_sequences import ALPHA
from stats.inference.units import Vector

FIRST_GROUP = 16
GROWTH = 4


def pair_alpha(first: ArrayLike, second: ArrayLike, alpha: float = ALPHA) -> Vector:
    """Return the error rate of pairs of forecasters, given their numbers in the order of joining, from 1."""
    later = np.maximum(np.asarray(first), np.asarray(second))
    size, smaller, share = FIRST_GROUP, 0, alpha / 2
    found = np.full(later.shape, np.nan)
    while np.isnan(found).any():
        pairs = (size * (size - 1) - smaller * (smaller - 1)) // 2
        found = np.where(np.isnan(found) & (later <= size), share / pairs, found)
        size, smaller, share = size * GROWTH, size, share / 2
    return found
