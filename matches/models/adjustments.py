"""Points that a league deducts from a team or gives back, apart from its results."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from matches.models.competitions import Season, Team
from matches.models.constraints import between

MAX_POINTS = 100


class PointsAdjustment(models.Model):
    """One decision about a team's points. Append-only: a trigger refuses changes.

    An appeal that reduces a deduction from ten to six is a second row of four points with its own date; a
    row entered by mistake is cancelled by its opposite. So the table of any day can be computed.
    """

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="adjustments")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="adjustments")
    points = models.SmallIntegerField(help_text="Negative for a deduction, e.g. -10.")
    decided_on = models.DateField(help_text="The adjustment counts in tables from this day on.")
    reason = models.CharField(max_length=200, help_text="Shown to readers; a few words.")
    source = models.CharField(max_length=200, help_text="A link, or the league's statement.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["season_id", "decided_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(points=0) & between("points", -MAX_POINTS, MAX_POINTS),
                name="adjustment_changes_points",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="adjustment_says_why"),
            models.UniqueConstraint(
                fields=["season", "team", "decided_on", "points", "reason"], name="adjustment_entered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.points:+d} ({self.decided_on:%Y-%m-%d})"
