"""Reading the league tables."""

from django.db.models import QuerySet

from stats.models import StandingsRow


def standings(season_id: int) -> QuerySet[StandingsRow]:
    """The league table of a season, top first; teams with equal rows share a position, shown by name."""
    return (
        StandingsRow.objects.filter(season=season_id)
        .select_related("team")
        .order_by("position", "team__name")
    )
