"""Intervals, possible ranks, tiers and adjusted scores of the rows of leaderboards."""

from django.db import models

from matches.models import Forecaster, Match
from stats.models.tallies import Provenance, Scope


class BoardMember(models.Model):
    """Forecaster who was ever compared with others on a leaderboard, numbered in the order of joining.

    A number never changes and does not depend on scores. It determines the share of the error rate that the
    intervals of this forecaster get (stats/inference/error_rate.py).
    """

    pk = models.CompositePrimaryKey("scope", "scope_id", "forecaster_id")
    scope = models.CharField(max_length=11, choices=Scope)
    scope_id = models.BigIntegerField()
    forecaster = models.ForeignKey(Forecaster, on_delete=models.CASCADE, related_name="+")
    number = models.IntegerField(help_text="From 1.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "scope_id", "number"], name="board_member_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.forecaster} on {self.scope} {self.scope_id or ''}".strip()


class BoardInference(models.Model):
    """Statements about chance for one row of a leaderboard in one order, with their data version.

    `ordering` is a metric, or `adjusted_rps` or `adjusted_brier`. Rows exist for the members of a board with
    a rank. Rows with the provenance `live` or `archive` exist only if they differ from those with `all`.
    stats/inference/ranks.py defines most columns. A column is null if there are too few matches for a
    statement.
    """

    pk = models.CompositePrimaryKey("scope", "scope_id", "provenance", "ordering", "forecaster_id")
    scope = models.CharField(max_length=11, choices=Scope)
    scope_id = models.BigIntegerField()
    provenance = models.CharField(max_length=9, choices=Provenance)
    ordering = models.CharField(max_length=20)
    forecaster = models.ForeignKey(Forecaster, on_delete=models.CASCADE, related_name="+")
    low = models.FloatField(null=True, help_text="Interval of the score minus that of the leader.")
    high = models.FloatField(null=True)
    mean_low = models.FloatField(null=True, help_text="Interval of the average.")
    mean_high = models.FloatField(null=True)
    rank_best = models.IntegerField(null=True)
    rank_worst = models.IntegerField(null=True)
    tier = models.IntegerField(null=True)
    matches_needed = models.IntegerField(null=True)
    adjusted = models.FloatField(null=True, help_text="Score adjusted for the difficulty of the matches.")
    common = models.IntegerField(null=True, help_text="Number of common matches with the leader.")
    coverage = models.FloatField(help_text="Matches divided by the most matches of any forecaster.")
    data_version = models.BigIntegerField(help_text="Refresh of the leaderboards with these figures.")
    as_of = models.DateTimeField(null=True, help_text="Time of the newest settlement in these figures.")

    def __str__(self) -> str:
        return f"{self.forecaster} by {self.ordering} on {self.scope} {self.scope_id or ''}".strip()


class MatchDifficulty(models.Model):
    """Expected RPS of an average forecaster of the season in one match, and how surprising its result was.

    See stats/inference/adjusted.py. The upset index is 1 minus `outcome_probability`.
    """

    match = models.OneToOneField(Match, primary_key=True, on_delete=models.CASCADE, related_name="difficulty")
    rps = models.FloatField()
    outcome_probability = models.FloatField(help_text="Mean probability given to the result that came.")
    predictions = models.IntegerField(help_text="Number of predictions with probabilities that count.")

    class Meta:
        verbose_name_plural = "match difficulties"

    def __str__(self) -> str:
        return f"{self.match}: {self.rps:.4f}"

    @property
    def upset_index(self) -> float:
        return 1 - self.outcome_probability
