"""Tallies: running totals of each leaderboard, and form letters of past periods."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from matches.models import Forecaster


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
    Sums of float scores are stored in billionths, because adding and subtracting integers is exact.

    Columns `_excess` are sums of scores minus the means of their matches: the mean of all predictions with
    the same provenance, or (`_excess_all`) with any provenance but hindsight (FieldSum).

    The columns from `current_streak` on contain the recent form and the data to update it (stats/form.py,
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
    points_squares = models.BigIntegerField(default=0, help_text="Sum of squares.")
    rps_squares = models.BigIntegerField(default=0, help_text="Sum of squares, in billionths.")
    brier_squares = models.BigIntegerField(default=0, help_text="Sum of squares, in billionths.")
    log_score_squares = models.BigIntegerField(default=0, help_text="Sum of squares, in billionths.")
    rps_excess = models.BigIntegerField(default=0, help_text="In units of 1e-12.")
    rps_excess_all = models.BigIntegerField(default=0, help_text="In units of 1e-12.")
    brier_excess = models.BigIntegerField(default=0, help_text="In units of 1e-12.")
    brier_excess_all = models.BigIntegerField(default=0, help_text="In units of 1e-12.")
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
