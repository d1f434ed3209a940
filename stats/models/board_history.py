"""Course of a season's leaderboard: points and rank of each forecaster after days with matches."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from matches.models import Forecaster, Season


class BoardHistory(models.Model):
    """Points and rank of one forecaster on the leaderboard of a season after each of up to 24 days.

    The arrays have one entry per day on which matches were played (UTC), the same days for all forecasters of
    the season. If a season has more days, 24 evenly distributed ones are kept, among them the last one. Later
    corrections of results are included in all days. `ranks` contains null while the row was provisional. Rows
    exist only for seasons in which all forecasters are compared with each other (Participant).
    """

    pk = models.CompositePrimaryKey("season_id", "forecaster_id")
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="+", db_index=False)
    forecaster = models.ForeignKey(Forecaster, on_delete=models.CASCADE, related_name="+")
    days = ArrayField(models.DateField())
    points = ArrayField(models.IntegerField(), help_text="Sum up to this day.")
    ranks = ArrayField(models.IntegerField(null=True), help_text="By points per match.")

    class Meta:
        verbose_name_plural = "board histories"

    def __str__(self) -> str:
        return f"{self.forecaster} in {self.season}: {len(self.days)} days"
