"""Number of matches on which a lead depends."""

from collections.abc import Sequence

import numpy as np

from stats.inference.units import Index


def matches_the_lead_hangs_on(advantages: Sequence[int] | Index) -> Index | None:
    """Return the fewest common matches without which the second forecaster is ahead of the first.

    `advantages` has one integer per common match: how much better the first forecaster did than the second,
    in points or in billionths of a score, so that sums are exact. Returns indexes of matches, the largest
    advantage first: an empty array if the second is ahead with all matches, and None if no set of matches
    suffices.

    Leaving out the k largest advantages makes the rest as small as possible for each k, so the smallest k
    with a negative rest is exact. Equal advantages keep their order. Compare Huang, Shen, Wei and
    Broderick, "Dropping just a handful of preferences can change top large language model rankings", ICLR
    2026.
    """
    values = np.asarray(advantages, dtype=np.int64)
    order = np.argsort(-values, kind="stable")
    rest = values.sum() - np.concatenate(([0], np.cumsum(values[order])))
    enough = np.flatnonzero(rest < 0)
    return order[: enough[0]] if len(enough) else None
