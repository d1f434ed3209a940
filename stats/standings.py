"""Selectors of the league tables."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from matches.models import PointsAdjustment
from stats.models import StandingsRow


def standings(season_id: int) -> QuerySet[StandingsRow]:
    """Return the league table of a season, top first; teams that share a position are ordered by name."""
    return (
        StandingsRow.objects.filter(season=season_id)
        .select_related("team")
        .order_by("position", "team__name")
    )


def adjustments(season_id: int, *, counted_by: datetime | None) -> QuerySet[PointsAdjustment]:
    """Return the points adjustments that the league table of a season includes, oldest first.

    `counted_by` is the start of the newest refresh of the league tables; adjustments recorded later are not
    included yet. None means that there was no refresh; then the result is empty.
    """
    if counted_by is None:
        return PointsAdjustment.objects.none()
    # An adjustment whose time is in the future (recorded while the clock was ahead) is already in the table.
    is_counted = Q(recorded_at__lte=counted_by) | Q(recorded_at__gt=Now())
    rows = PointsAdjustment.objects.filter(is_counted, stage__season=season_id)
    return rows.select_related("team").order_by("decided_on", "pk")
