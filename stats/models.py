"""Models of the statistics: tallies (running totals), records of refreshes, and read-only views."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from matches.models import Forecaster, KickoffMove, Season, Stage, Team
from stats.metrics import METRICS


class Scope(models.TextChoices):
    """Scope of a leaderboard. `scope_id` is the id of the competition, season or team, or 0 for overall."""

    OVERALL = "overall"
    COMPETITION = "competition"
    SEASON = "season"
    TEAM = "team"


class Provenance(models.TextChoices):
    """Provenance of the predictions that a leaderboard row counts.

    ALL counts live and archive predictions. LIVE leaves out live predictions that were received after
    predictions of their match had been public (docs/matches.md, "Predictions after exposure").
    """

    ALL = "all", "Live and back-tests"
    LIVE = "live", "Live only"
    ARCHIVE = "archive", "Back-tests only"
    HINDSIGHT = "hindsight", "Hindsight only"


TALLY_PROVENANCES = [*Provenance.choices, ("exposed", "Live, after exposure")]


class Tally(models.Model):
    """Running totals and recent form of one forecaster on one leaderboard, for one provenance.

    A live prediction counts in the tally `exposed` instead of `live` if it was received after predictions of
    its match had been public. A forecaster with several of the provenances live, archive and exposed also has
    a tally with provenance ALL, which counts all of these.

    The scores of each settlement are added once, and subtracted once after another settlement supersedes it.
    Sums of float scores are stored in billionths, because adding and subtracting integers is exact. The
    columns from `current_streak` on contain the recent form and the data to update it (stats/form.py,
    docs/adr/0014).
    """

    scope = models.CharField(max_length=11, choices=Scope)
    scope_id = models.BigIntegerField(default=0)
    forecaster = models.ForeignKey(Forecaster, on_delete=models.PROTECT, related_name="tallies")
    provenance = models.CharField(max_length=9, choices=TALLY_PROVENANCES)
    matches = models.IntegerField(default=0)
    after_exposure = models.IntegerField(default=0, help_text="Live predictions received after exposure.")
    score_matches = models.IntegerField(default=0, help_text="Matches with a predicted score.")
    probability_matches = models.IntegerField(default=0, help_text="Matches with probabilities.")
    points = models.BigIntegerField(default=0)
    tendency_hits = models.IntegerField(default=0)
    goal_difference_hits = models.IntegerField(default=0)
    exact_hits = models.IntegerField(default=0)
    rps_sum = models.BigIntegerField(default=0, help_text="In billionths.")
    brier_sum = models.BigIntegerField(default=0, help_text="In billionths.")
    log_score_sum = models.BigIntegerField(default=0, help_text="In billionths.")
    current_streak = models.IntegerField(default=0, help_text="Correct results in a row, up to now.")
    best_streak = models.IntegerField(default=0)
    form = models.CharField(max_length=5, blank=True, help_text="Last five letters, newest last.")
    period_on = models.DateField(null=True, help_text="First day of the month (team: year) of `letters`.")
    letters = models.TextField(blank=True, help_text="One letter per match of this period, oldest first.")
    first_place = ArrayField(
        models.DateTimeField(), null=True, help_text="Kickoff and first settlement of the first letter."
    )
    last_place = ArrayField(
        models.DateTimeField(), null=True, help_text="Kickoff and first settlement of the last letter."
    )
    streak_before = models.IntegerField(default=0, help_text="Streak before this period.")
    best_before = models.IntegerField(default=0)
    form_before = models.CharField(max_length=5, blank=True)
    disturbed = models.BooleanField(default=False, help_text="The letters must be rebuilt before the commit.")

    class Meta:
        verbose_name = "total"
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "scope_id", "forecaster", "provenance"], name="tally_once_per_board"
            ),
            models.CheckConstraint(
                condition=Q(matches__gte=0, score_matches__gte=0, probability_matches__gte=0),
                name="tally_counts_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.forecaster} on {self.scope} {self.scope_id or ''}".strip()


class FormPeriod(models.Model):
    """Form letters (one per match) of a tally for a past period: a month, or a year on team boards."""

    pk = models.CompositePrimaryKey("scope", "scope_id", "forecaster_id", "provenance", "period_on")
    scope = models.CharField(max_length=11, choices=Scope)
    scope_id = models.BigIntegerField()
    forecaster = models.ForeignKey(Forecaster, on_delete=models.PROTECT, related_name="+", db_index=False)
    provenance = models.CharField(max_length=9, choices=TALLY_PROVENANCES)
    period_on = models.DateField()
    letters = models.TextField(blank=True)

    def __str__(self) -> str:
        board = f"{self.scope} {self.scope_id or ''}".strip()
        return f"{self.forecaster} on {board} from {self.period_on}: {self.letters}"


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

    Created in the transaction of the change; by triggers (standings_changes.sql) if it concerns tables. The
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
    """Version number of the names of forecasters, teams, competitions, seasons and stages.

    The table has one row. Triggers increment `version` in every statement that writes to the table of
    forecasters, teams, competitions, seasons or stages. The lock of the row serialises transactions that do
    so.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="names_version_one_row")]

    def __str__(self) -> str:
        return f"names, version {self.version}"


class LeaderboardRow(models.Model):
    """Row of the database view `stats_leaderboard`, which contains all leaderboards.

    Metrics (stats/metrics.py) are added below the class. A forecaster has up to four rows on a board. A row
    that would count no predictions does not exist. By `provenance`:

    - `all`: live and archive predictions. `made_of` is live, archive or mixed. `after_exposure` is the number
      of live predictions received after predictions of their match had been public.
    - `live`: without those of `after_exposure`. `archive`. Both exist only if `made_of` is mixed or
      `after_exposure` is not 0.
    - `hindsight`: predictions that no other row counts.

    `average_place`, `average_rank`, `average_ties` (number of forecasters with this rank) and `average_field`
    (number of ranked forecasters) refer to the order by average points without filters. Rows with fewer
    matches than `provisional_below` (stats/leaderboards.py) come last in this order and have no rank.
    """

    Provenance = Provenance

    pk = models.CompositePrimaryKey("scope", "scope_id", "forecaster_id", "provenance")
    scope = models.CharField(max_length=11, choices=Scope)
    scope_id = models.BigIntegerField()
    forecaster = models.ForeignKey(Forecaster, on_delete=models.DO_NOTHING, related_name="+")
    provenance = models.CharField(max_length=9, choices=Provenance)
    made_of = models.CharField(max_length=9)
    matches = models.IntegerField()
    score_matches = models.IntegerField()
    probability_matches = models.IntegerField()
    after_exposure = models.IntegerField()
    current_streak = models.IntegerField(help_text="Correct results in a row, up to now.")
    best_streak = models.IntegerField()
    form = models.CharField(
        max_length=5,
        help_text="Last five letters, newest last.",
    )
    average_place = models.IntegerField(null=True)
    average_rank = models.IntegerField(null=True)
    average_ties = models.IntegerField(null=True)
    average_field = models.IntegerField(null=True)
    board_live = models.BigIntegerField(help_text="Number of live predictions on the whole board.")
    board_archive = models.BigIntegerField()
    provisional_below = models.IntegerField(help_text="Threshold of the whole board, in matches.")
    is_provisional = models.BooleanField()

    class Meta:
        managed = False
        db_table = "stats_leaderboard"

    def __str__(self) -> str:
        return f"{self.forecaster} on {self.scope} {self.scope_id or ''}".strip()


for _metric in METRICS:
    _field = models.BigIntegerField() if _metric.kind == "count" else models.FloatField(null=True)
    LeaderboardRow.add_to_class(_metric.name, _field)


class StandingsRow(models.Model):
    """Row of a league table: one team of a stage, or of a group of a stage.

    Written by stats/refresh/league_tables.py. `drawn` includes draws that a shootout decided.
    """

    pk = models.CompositePrimaryKey("stage_id", "group", "team_id")
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="+")
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+")
    group = models.CharField(max_length=40, blank=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    position = models.IntegerField()
    played = models.IntegerField()
    won = models.IntegerField()
    drawn = models.IntegerField()
    lost = models.IntegerField()
    shootouts_won = models.IntegerField()
    shootouts_lost = models.IntegerField()
    goals_for = models.IntegerField()
    goals_against = models.IntegerField()
    goal_difference = models.IntegerField()
    away_goals = models.IntegerField()
    away_wins = models.IntegerField()
    carried = models.IntegerField(help_text="Taken along from another stage; included in `points`.")
    adjustment = models.IntegerField(help_text="Deducted (negative) or awarded; included in `points`.")
    points = models.IntegerField()

    class Meta:
        verbose_name = "table row"

    def __str__(self) -> str:
        return f"{self.position}. {self.team}"


class StandingsChange(models.Model):
    """A stage whose tables must be computed again. Triggers write the rows, a refresh deletes them."""

    stage_id = models.BigIntegerField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "table to compute"

    def __str__(self) -> str:
        return f"stage {self.stage_id}"
