"""Lists of roundups."""

from django.db.models import QuerySet

from content.models import Roundup


def roundups() -> QuerySet[Roundup]:
    """Roundups of every version, with all that showing one needs."""
    return Roundup.objects.select_related(
        "match__season__competition", "match__home_team", "match__away_team"
    )


def published() -> QuerySet[Roundup]:
    """The current ones, newest first."""
    return roundups().filter(status=Roundup.Status.PUBLISHED).order_by("-published_at", "-pk")
