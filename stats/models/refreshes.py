"""Records of refreshes, changes that the next refresh announces, and the version of the names."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from matches.models import KickoffMove, Season


class ViewRefresh(models.Model):
    """Record of one refresh of one materialised view. The id of its newest record is its data version."""

    view = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    concurrently = models.BooleanField()
    through_settlement = models.BigIntegerField(null=True, help_text="Newest settlement in the tallies.")
    after = models.BigIntegerField(null=True, help_text="Team view: the refresh of other boards it includes.")
    kept = models.BooleanField(
        default=False, help_text="The first refresh after a settlement was counted; never deleted."
    )

    class Meta:
        verbose_name_plural = "view refreshes"
        indexes = [
            models.Index(fields=["view", "-id"], name="viewrefresh_newest"),
            models.Index(fields=["view", "started_at"], name="viewrefresh_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.view} at {self.finished_at:%Y-%m-%d %H:%M:%S}"

    @property
    def took(self) -> timedelta:
        return self.finished_at - self.started_at


class PastChange(models.Model):
    """Change of past data that no settlement records: of points, a kickoff, or the rules of a stage.

    It is created in the transaction of the change, for league tables by triggers (standings_changes.sql). The
    next refresh with the scope `all` sets `shown_at` and passes the PastChange to the receivers of the signal
    `views_refreshed`, exactly once.
    """

    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="+")
    move = models.ForeignKey(KickoffMove, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(help_text="Texts on matches with a kickoff from then on change.")
    description = models.CharField(max_length=200, help_text="Description of the change, for readers.")
    recorded_at = models.DateTimeField()
    shown_at = models.DateTimeField(
        null=True, blank=True, help_text="Start of the first refresh that includes it."
    )

    class Meta:
        verbose_name = "table change"
        indexes = [
            models.Index(fields=["season", "recorded_at"], name="past_change_of_season"),
            models.Index(
                fields=["recorded_at"], condition=Q(shown_at__isnull=True), name="past_change_to_show"
            ),
        ]

    def __str__(self) -> str:
        return self.description


class NamesVersion(models.Model):
    """Version number of the data that responses contain in addition to the rows of a view.

    These are the names of forecasters, teams, competitions, seasons and stages, and the results of background
    jobs (BoardInference, MatchDifficulty, CalibrationReport). The table has one row. Triggers increment
    `version` in every statement that writes to one of these tables. The lock of the row serialises
    transactions that do so.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="names_version_one_row")]

    def __str__(self) -> str:
        return f"names, version {self.version}"


class StandingsChange(models.Model):
    """A stage whose tables must be computed again. Triggers write the rows, a refresh deletes them."""

    stage_id = models.BigIntegerField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "table to compute"

    def __str__(self) -> str:
        return f"stage {self.stage_id}"
