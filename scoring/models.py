"""Settlements and scores. All of them can be recomputed from matches and predictions."""

from django.db import models
from django.db.models import Q

from matches.models import Match, Prediction


class Settlement(models.Model):
    """One scoring of a match: result version, score, quotas and number of predictions.

    At most one settlement of a match is current; a correction or late predictions create the next one.
    `home_goals` and `away_goals` are the score that was used, according to the competition's score basis at
    that time; they are null if the settlement is void.

    `folded_at` is the time at which the settlement was added to the tallies (the totals of each forecaster).
    `unfolded_at` is the time at which it was subtracted again, after it was superseded.
    """

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="settlements")
    number = models.PositiveIntegerField()
    result_version = models.PositiveIntegerField()
    rule = models.CharField(max_length=40)
    home_goals = models.PositiveSmallIntegerField(null=True, blank=True)
    away_goals = models.PositiveSmallIntegerField(null=True, blank=True)
    quota_home = models.PositiveSmallIntegerField(null=True, blank=True)
    quota_draw = models.PositiveSmallIntegerField(null=True, blank=True)
    quota_away = models.PositiveSmallIntegerField(null=True, blank=True)
    predictions = models.PositiveIntegerField()
    voided = models.BooleanField(default=False)
    settled_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    folded_at = models.DateTimeField(null=True, blank=True)
    unfolded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["match_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["match", "number"], name="settlement_number_once"),
            models.UniqueConstraint(
                fields=["match"], condition=Q(superseded_at__isnull=True), name="settlement_one_current"
            ),
            models.CheckConstraint(
                condition=Q(
                    voided=True, quota_home__isnull=True, quota_draw__isnull=True, quota_away__isnull=True
                )
                | Q(
                    voided=False,
                    quota_home__range=(2, 6),
                    quota_draw__range=(2, 6),
                    quota_away__range=(2, 6),
                ),
                name="settlement_quotas_unless_void",
            ),
            models.CheckConstraint(
                condition=Q(home_goals__isnull=True, away_goals__isnull=True)
                | Q(voided=False, home_goals__isnull=False, away_goals__isnull=False),
                name="settlement_goals_unless_void",
            ),
            models.CheckConstraint(
                condition=Q(unfolded_at__isnull=True)
                | Q(folded_at__isnull=False, superseded_at__isnull=False),
                name="settlement_unfolded_after_folded",
            ),
        ]
        indexes = [
            models.Index(
                fields=["match"],
                condition=Q(folded_at__isnull=True, superseded_at__isnull=True),
                name="settlement_to_fold",
            ),
            models.Index(
                fields=["match"],
                condition=Q(folded_at__isnull=False, superseded_at__isnull=False, unfolded_at__isnull=True),
                name="settlement_to_unfold",
            ),
        ]

    def __str__(self) -> str:
        return f"settlement {self.number} of {self.match}"

    @property
    def quotas(self) -> str:
        """Quotas as "home / draw / away", or "void"."""
        return "void" if self.voided else f"{self.quota_home} / {self.quota_draw} / {self.quota_away}"

    @property
    def used_score(self) -> tuple[int, int] | None:
        """Score used by this settlement; None if void."""
        if self.home_goals is None or self.away_goals is None:
            return None
        return self.home_goals, self.away_goals


class ScoreColumns(models.Model):
    """Points and scores of a prediction.

    Without a predicted score the points are null. Without probabilities RPS, Brier score and log score are
    null.
    """

    tendency_points = models.PositiveSmallIntegerField(null=True)
    goal_difference_points = models.PositiveSmallIntegerField(null=True)
    exact_points = models.PositiveSmallIntegerField(null=True)
    points = models.PositiveSmallIntegerField(null=True)
    rps = models.FloatField(null=True)
    brier = models.FloatField(null=True)
    log_score = models.FloatField(null=True)

    class Meta:
        abstract = True


class SettlementScore(ScoreColumns):
    """Points and scores of one prediction in one settlement. Insert-only: corrections add new rows."""

    pk = models.CompositePrimaryKey("settlement_id", "prediction_id")
    settlement = models.ForeignKey(
        Settlement, on_delete=models.PROTECT, related_name="scores_given", db_index=False
    )
    prediction = models.ForeignKey(Prediction, on_delete=models.PROTECT, related_name="scores_given")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points=0) | Q(points__range=(2, 10)),
                name="settlement_score_points_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points} points for prediction {self.prediction_id} by settlement {self.settlement_id}"


class Score(ScoreColumns):
    """Points and scores of a prediction in the current settlement of its match.

    Read-only model of the database view `scoring_score` (scoring/sql/score.sql); write SettlementScore
    instead.
    """

    prediction = models.OneToOneField(
        Prediction, on_delete=models.DO_NOTHING, primary_key=True, related_name="score"
    )
    settlement = models.ForeignKey(Settlement, on_delete=models.DO_NOTHING, related_name="scores")

    class Meta:
        managed = False
        db_table = "scoring_score"

    def __str__(self) -> str:
        return f"{self.points} points for prediction {self.prediction_id}"
