"""Threshold of provisional leaderboard rows: a forecaster with too few matches gets no rank."""


def provisional_below(top: int) -> int:
    """Return N: rows with fewer than N matches are provisional. `top` is the most matches of any row.

    N is min(30, max(min(10, top / 2), top / 10)), rounded up; rounding changes nothing, because numbers of
    matches are integers. The leaderboard views use the same rule in SQL (stats/sql/provisional.sql).
    """
    half, tenth = -(-top // 2), -(-top // 10)
    return min(30, max(min(10, half), tenth))
