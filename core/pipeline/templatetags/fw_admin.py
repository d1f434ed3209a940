"""Template filters for the admin's own pages."""

from django import template

from core.pipeline.admin import seconds

register = template.Library()


@register.filter
def duration(value: float | None) -> str:
    """Format a duration in seconds, e.g. "12.3 s"; None becomes "-"."""
    return "-" if value is None else seconds(value)


@register.filter
def first_line(text: str) -> str:
    return text.partition("\n")[0][:160]


@register.filter
def scoreline(match: object) -> str:
    """Return the score after 90 minutes of a match or a result, or a dash."""
    home, away = getattr(match, "home_score", None), getattr(match, "away_score", None)
    return "-" if home is None else f"{home}-{away}"
