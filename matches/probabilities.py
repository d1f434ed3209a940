"""Rule for the sum of three probabilities. Pure: no Django."""

MIN_SUM, MAX_SUM = 0.999, 1.001


def sum_to_one(p_home: float, p_draw: float, p_away: float) -> bool:
    """Return True if the probabilities sum to 1 within 0.001.

    Computed in the same order as by the constraint of the database, so that both round alike.
    """
    return MIN_SUM - p_draw - p_away <= p_home <= MAX_SUM - p_draw - p_away
