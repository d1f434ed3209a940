"""Colour and crest-like mark of each team and forecaster, made from its slug.

The same slug always has the same mark. Colours have a contrast of at least 3 : 1 with the backgrounds of both
themes and with the white figure of the mark (WCAG 2.2, 1.4.11), so a mark needs no styles and no scripts.
"""

import hashlib
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

COLOURS = (
    *("#e64636", "#da5522", "#ba6d0d", "#9c7c00", "#778800", "#489024", "#23924a", "#0d9175", "#0d8d9b"),
    *("#1e87c0", "#367dea", "#5973fc", "#8069f8", "#a55ce9", "#c54cce", "#d845a4", "#e34271", "#ad7257"),
    *("#76818d", "#6d866e"),
)
SHIELD = "M2 1h12v7.5c0 3.5-3 5.4-6 6.5-3-1.1-6-3-6-6.5z"  # teams
DISC = "M8 1a7 7 0 1 1 0 14a7 7 0 1 1 0-14z"  # forecasters
# Parts of the field in a second colour.
DIVISIONS = (
    *("", "M8 2v12c3-1 5-3 5-6V2z", "M3 8h10c0 3-2 5-5 6-3-1-5-3-5-6z", "M3 2h10L3 12z"),
    *("M3 2l10 10V2z", "M3 2h5v6H3zM8 8h5c0 3-2 5-5 6z", "M6 2h4v12H6z", "M3 6h10v4H3z"),
)
# White figures.
CHARGES = (
    *("M8 5a3 3 0 1 1 0 6a3 3 0 1 1 0-6z", "M8 4l4 4-4 4-4-4z", "M4 11l4-6 4 6h-2.5L8 8.6 6.5 11z"),
    *("M7 4h2v3h3v2H9v3H7V9H4V7h3z", "M4 5h8v1.8H4zM4 8.7h8v1.8H4z", "M5 4.5h6v6H5zM7 6.5v2h2v-2z"),
    *(
        "M8 3.6l1.2 2.7 2.9.3-2.2 2 .7 2.9L8 10l-2.6 1.5.7-2.9-2.2-2 2.9-.3z",
        "M4.6 5.8l1.2-1.2L8 6.8l2.2-2.2 1.2 1.2L9.2 8l2.2 2.2-1.2 1.2L8 9.2l-2.2 2.2-1.2-1.2L6.8 8z",
    ),
)


@lru_cache(maxsize=16_384)
def colour(slug: str) -> str:
    """Return the colour of a team or forecaster, e.g. "#1e87c0", for its mark and its lines in charts."""
    return COLOURS[_number(slug) % len(COLOURS)]


@lru_cache(maxsize=16_384)
def mark(slug: str, shape: str = "disc") -> SafeString:
    """Render the mark of a forecaster (a disc) or, with `shape="shield"`, of a team.

    It is hidden from screen readers, because the name is always beside it.
    """
    rest, division = divmod(_number(slug) // len(COLOURS), len(DIVISIONS))
    rest, charge = divmod(rest, len(CHARGES))
    second = COLOURS[(COLOURS.index(colour(slug)) + 4 + rest % (len(COLOURS) - 7)) % len(COLOURS)]
    path = DIVISIONS[division]
    return format_html(
        '<svg class="mk" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">'
        '<path fill="{}" d="{}"/>{}<path fill="#fff" fill-rule="evenodd" d="{}"/></svg>',
        colour(slug),
        SHIELD if shape == "shield" else DISC,
        mark_safe(f'<path fill="{second}" d="{path}"/>') if path else "",
        CHARGES[charge],
    )


def crest(team_slug: str) -> SafeString:
    """Render the mark of a team."""
    return mark(team_slug, "shield")


def _number(slug: str) -> int:
    return int.from_bytes(hashlib.sha256(slug.encode()).digest()[:8])
