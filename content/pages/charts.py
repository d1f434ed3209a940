"""Small charts as inline SVG: shapes and classes only, the colours are the stylesheet's."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from content.pages.selectors.consensus import MOST_SHOWN, Stake

BAR, GAP, HIGHEST = 7, 2, 10  # widths in SVG units; ten points are the most that a match can give


def share_bar(stakes: Sequence[Stake]) -> SafeString:
    """Home win, draw and away win as one bar, silent for screen readers: the numbers stand beside it."""
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
    """One bar a match, oldest on the left; a miss is a stub."""
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
    """A scoreline of the grid: how many picked it, how dark it is (0..4), and whether it came about."""

    home: int
    away: int
    count: int
    shade: int
    happened: bool


def score_grid(picks: Counter[tuple[int, int]], actual: tuple[int, int] | None) -> list[list[Cell]]:
    """Rows of home goals, columns of away goals, 0 to 5 or more each."""
    capped: Counter[tuple[int, int]] = Counter()
    for (home, away), count in picks.items():
        capped[min(home, MOST_SHOWN), min(away, MOST_SHOWN)] += count
    most = max(*capped.values(), 4) if capped else 4  # a single pick is never the darkest
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
