"""Small charts as inline SVG: shapes and CSS classes only; the colours are in the stylesheet."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from content.pages.selectors.consensus import MOST_SHOWN, Stake

BAR, GAP, HIGHEST = 7, 2, 10  # widths in SVG units; maximum points per match


def share_bar(stakes: Sequence[Stake]) -> SafeString:
    """Return one bar for home win, draw and away win; hidden from screen readers, which read the numbers."""
    parts, start = [], 0.0
    for stake in stakes:
        width = float(100 * stake.share)
        parts.append((stake.tendency, f"{start:.2f}", f"{width:.2f}"))
        start += width
    bars = format_html_join("", '<rect class="{}" x="{}" y="0" width="{}" height="10"/>', parts)
    return format_html(
        '<svg class="share-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{}</svg>',
        bars,
    )


def points_bars(points: Sequence[int]) -> SafeString:
    """Return a bar chart with one bar per match, oldest on the left; a miss has minimum height."""
    width = len(points) * (BAR + GAP) - GAP
    bars = format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
        (
            (
                "hit" if value else "miss",
                place * (BAR + GAP),
                40 - _height(value),
                BAR,
                _height(value),
                f"{value} points",
            )
            for place, value in enumerate(points)
        ),
    )
    label = f"Points in the last {len(points)} scored matches, oldest first: {', '.join(map(str, points))}"
    return format_html(
        '<svg class="points-bars" viewBox="0 0 {} 40" width="{}" height="40"'
        ' role="img" aria-label="{}">{}</svg>',
        width,
        width,
        label,
        bars,
    )


def _height(points: int) -> int:
    return 4 * min(points, HIGHEST) or 1


@dataclass(frozen=True, slots=True)
class Cell:
    """Scoreline of the grid: number of predictions, shade (0..4), and True if it was the result."""

    home: int
    away: int
    count: int
    shade: int
    happened: bool


def score_grid(picks: Counter[tuple[int, int]], actual: tuple[int, int] | None) -> list[list[Cell]]:
    """Return rows of home goals and columns of away goals, each from 0 to MOST_SHOWN or more."""
    capped: Counter[tuple[int, int]] = Counter()
    for (home, away), count in picks.items():
        capped[min(home, MOST_SHOWN), min(away, MOST_SHOWN)] += count
    most = max(*capped.values(), 4) if capped else 4  # so that a single prediction is never darkest
    happened = (min(actual[0], MOST_SHOWN), min(actual[1], MOST_SHOWN)) if actual else None
    goals = range(MOST_SHOWN + 1)
    return [
        [
            Cell(home, away, count, -(-4 * count // most) if count else 0, (home, away) == happened)
            for away in goals
            for count in [capped[home, away]]
        ]
        for home in goals
    ]
