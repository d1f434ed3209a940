"""Reading the league tables."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from matches.models import PointsAdjustment
from stats.models import StandingsRow


def standings(season_id: int) -> QuerySet[StandingsRow]:
    """The league table of a season, top first; teams with equal rows share a position, shown by name."""
    return (
        StandingsRow.objects.filter(season=season_id)
        .select_related("team")
        .order_by("position", "team__name")
    )


def adjustments(season_id: int, *, counted_by: datetime | None) -> QuerySet[PointsAdjustment]:
    """The decisions behind the table's `adjustment`, oldest first: those recorded before that refresh."""
    if counted_by is None:
        return PointsAdjustment.objects.none()
    # One recorded in the future (the clock was ahead) is in the table already.
    is_counted = Q(recorded_at__lte=counted_by) | Q(recorded_at__gt=Now())
    rows = PointsAdjustment.objects.filter(is_counted, season=season_id)
    return rows.select_related("team").order_by("decided_on", "pk")
