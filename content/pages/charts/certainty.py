"""Possible ranks, tiers and intervals of the rows of a leaderboard page, as the page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from stats.inference.point_rules import RULES, points_under
from stats.leaderboard_page import LeaderboardPage, Ranked
from stats.metrics import DEFAULT_ORDERING, Metric
from stats.models import Provenance

WIDTH = 90  # of an interval bar
FIXED = RULES[0]


class IntervalBar(NamedTuple):
    """Interval of the difference to the leader: start and width in the drawing, and the place of 0."""

    start: float
    width: float
    zero: float


class RowCertainty(NamedTuple):
    """Certainty of one row; `begins_tier`: its tier is lower than those of all rows above.

    `fixed_points` are the points per match under a rule in which they do not depend on who took part.
    """

    ranks: str
    bar: IntervalBar | None
    begins_tier: bool
    fixed_points: float | None


@dataclass(frozen=True, slots=True)
class BoardCertainty:
    """Certainty of a page of a leaderboard, by the metric that orders it.

    `is_live` is True if all rows are live predictions: only then the page contains the words "surely better".
    `in_first_tier` of `compared` forecasters are in the first tier; both count the whole board.
    """

    metric: Metric
    is_live: bool
    compared: int
    in_first_tier: int
    rows: dict[str, RowCertainty]

    @property
    def nothing_stated(self) -> bool:
        return not self.compared

    @property
    def nobody_separated(self) -> bool:
        return self.compared == self.in_first_tier


def of_page(page: LeaderboardPage, metric: Metric) -> BoardCertainty | None:
    """Return the certainty of a page, or None if its board has none (`page.inference.why_not`)."""
    if page.inference.why_not:
        return None
    return BoardCertainty(
        metric,
        is_live=all(row.made_of == Provenance.LIVE for row in page.rows),
        compared=page.inference.compared,
        in_first_tier=page.inference.in_first_tier,
        rows=_rows(page.rows, with_fixed_points=metric.name == DEFAULT_ORDERING),
    )


def _rows(rows: Sequence[Ranked], *, with_fixed_points: bool) -> dict[str, RowCertainty]:
    ends = [end for row in rows for end in (row.inference.low, row.inference.high) if end is not None]
    low, high = min(0.0, *ends, 0.0), max(0.0, *ends, 0.0)
    found, lowest = {}, 1
    for row in rows:
        tier = row.inference.tier or lowest
        fixed_points = _fixed_points(row) if with_fixed_points else None
        found[row.slug] = RowCertainty(_ranks(row), _bar(row, low, high), tier > lowest, fixed_points)
        lowest = max(lowest, tier)
    return found


def _ranks(row: Ranked) -> str:
    best, worst = row.inference.rank_best, row.inference.rank_worst
    if best is None or worst is None or row.rank is None:
        return ""
    return str(best) if best == worst else f"{best}\N{EN DASH}{worst}"


def _bar(row: Ranked, low: float, high: float) -> IntervalBar | None:
    start, stop = row.inference.low, row.inference.high
    if start is None or stop is None or high <= low:
        return None
    scale = WIDTH / (high - low)
    return IntervalBar(
        round((start - low) * scale, 1), round((stop - start) * scale, 1), round(-low * scale, 1)
    )


def _fixed_points(row: Ranked) -> float | None:
    hits = (row.figures[name] or 0 for name in ("tendency_hits", "goal_difference_hits", "exact_hits"))
    return float(points_under(FIXED, *hits)) / row.score_matches if row.score_matches else None
