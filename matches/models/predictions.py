"""Forecasters and their predictions."""

from datetime import datetime

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Now

from core.http.links import link
from core.validators import has_a_letter
from matches.models.constraints import between, both_or_neither
from matches.models.fixtures import Match
from matches.result import MAX_PREDICTED_GOALS


class Forecaster(models.Model):
    """A source of predictions.

    A new version of a forecaster is a new row, with the previous version as `parent`. Retired forecasters
    keep their results.
    """

    class Kind(models.TextChoices):
        LLM = "llm", "LLM"
        STATISTICAL = "statistical", "statistical model"
        BOOKMAKER = "bookmaker", "bookmaker"
        HUMAN = "human", "human"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80, unique=True, validators=[has_a_letter])
    kind = models.CharField(max_length=12, choices=Kind)
    description = models.TextField(blank=True)
    maker = models.CharField(max_length=80, blank=True)
    model_version = models.CharField(max_length=80, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors"
    )
    is_baseline = models.BooleanField(default=False)
    active_from = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["llm", "statistical", "bookmaker", "human"]),
                name="forecaster_kind_known",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return link("forecaster", self.slug)


MIN_SUM, MAX_SUM = 0.999, 1.001


def sum_to_one(p_home: float, p_draw: float, p_away: float) -> bool:
    """Return True if the probabilities sum to 1 within 0.001.

    Computes in the same order as the database constraint, so that both round in the same way.
    """
    return MIN_SUM - p_draw - p_away <= p_home <= MAX_SUM - p_draw - p_away


class PredictionQuerySet(models.QuerySet["Prediction"]):
    def current(self) -> "PredictionQuerySet":
        """Return the predictions that count: one per match and forecaster, the last one received in time."""
        return self.filter(superseded_at__isnull=True)

    def revealed(self, *, now: datetime) -> "PredictionQuerySet":
        """Return the predictions that are public: their match has reached `reveal_at`."""
        return self.filter(match__reveal_at__lte=now)


# Input of the digest, in the order of matches/sql/prediction_digest.sql.
SEALED = (
    *("match_id", "forecaster_id", "home_goals", "away_goals", "p_home", "p_draw", "p_away"),
    *("predicted_at", "submitted_at", "provenance", "model_version", "rationale", "salt"),
)


class Prediction(models.Model):
    """A predicted score, or three probabilities, or both. Triggers enforce the lock (prediction_lock.sql).

    The database sets `submitted_at`. After the match has locked, the database refuses new live rows, and any
    change or deletion of existing rows. If the kickoff is moved, the database determines again which live
    rows are `late`, and which row of each forecaster counts. A new live row is marked `after_exposure` if
    `exposed_at` of its match is set (match_exposure.sql).
    """

    class Provenance(models.TextChoices):
        LIVE = "live", "live: received here before the lock"
        ARCHIVE = "archive", "archive: imported afterwards from a published source"
        HINDSIGHT = "hindsight", "hindsight: imported, and made after the kickoff by its own date"

    # Instead of foreign keys, triggers check all rows of a statement at once (ADR 12).
    # The index of `prediction_one_current` begins with the match, so `match` needs no index of its own.
    match = models.ForeignKey(
        Match, on_delete=models.PROTECT, related_name="predictions", db_constraint=False, db_index=False
    )
    forecaster = models.ForeignKey(
        Forecaster, on_delete=models.PROTECT, related_name="predictions", db_constraint=False
    )
    home_goals = models.SmallIntegerField(null=True, blank=True)
    away_goals = models.SmallIntegerField(null=True, blank=True)
    p_home = models.FloatField(null=True, blank=True)
    p_draw = models.FloatField(null=True, blank=True)
    p_away = models.FloatField(null=True, blank=True)
    submitted_at = models.DateTimeField(
        db_default=Now(), help_text="Time of receipt, by the clock of the database."
    )
    predicted_at = models.DateTimeField(
        null=True, blank=True, help_text="Time of the prediction according to its source."
    )
    provenance = models.CharField(max_length=9, choices=Provenance)
    superseded_at = models.DateTimeField(null=True, blank=True)
    late = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Received after the current kickoff: does not count.",
    )
    after_exposure = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Live, and received after predictions of this match had been public.",
    )
    rationale = models.TextField(blank=True)
    model_version = models.CharField(
        max_length=80, blank=True, db_default="", help_text="Version of the model, as reported by its maker."
    )
    client_ref = models.CharField(
        max_length=80, blank=True, db_default="", help_text="Reference chosen by the API client."
    )
    salt = models.UUIDField(
        db_default=RandomUUID(), help_text="Random, so that the digest cannot be guessed."
    )
    digest = models.GeneratedField(
        expression=Func(*map(F, SEALED), function="matches_prediction_digest"),
        output_field=models.CharField(max_length=64),
        db_persist=True,
        help_text="SHA-256 over the canonical form (docs/proofs.md), computed by the database.",
    )

    objects = PredictionQuerySet.as_manager()

    class Meta:
        constraints = [
            # The third column is 0 for current rows and the id for superseded ones: so one index is unique
            # for current rows and contains all rows. Two indexes made imports a tenth slower.
            models.UniqueConstraint(
                F("match"),
                F("forecaster"),
                Case(
                    When(superseded_at__isnull=True, then=Value(0)),
                    default=F("id"),
                    output_field=models.BigIntegerField(),
                ),
                name="prediction_one_current",
            ),
            models.CheckConstraint(
                condition=both_or_neither("home_goals", "away_goals"), name="prediction_score_paired"
            ),
            models.CheckConstraint(
                condition=Q(p_home__isnull=True, p_draw__isnull=True, p_away__isnull=True)
                | Q(p_home__isnull=False, p_draw__isnull=False, p_away__isnull=False),
                name="prediction_probabilities_together",
            ),
            models.CheckConstraint(
                condition=Q(home_goals__isnull=False) | Q(p_home__isnull=False),
                name="prediction_says_something",
            ),
            models.CheckConstraint(
                condition=between("home_goals", 0, MAX_PREDICTED_GOALS)
                & between("away_goals", 0, MAX_PREDICTED_GOALS),
                name="prediction_goals_in_range",
            ),
            models.CheckConstraint(
                condition=between("p_home", 0, 1) & between("p_draw", 0, 1) & between("p_away", 0, 1),
                name="prediction_probabilities_in_range",
            ),
            models.CheckConstraint(
                condition=Q(p_home__isnull=True)
                | Q(
                    p_home__gte=MIN_SUM - F("p_draw") - F("p_away"),
                    p_home__lte=MAX_SUM - F("p_draw") - F("p_away"),
                ),
                name="prediction_probabilities_sum_to_one",
            ),
            models.CheckConstraint(
                condition=Q(provenance__in=["live", "archive", "hindsight"]),
                name="prediction_provenance_known",
            ),
            models.CheckConstraint(
                condition=Q(late=False) | Q(provenance="live", superseded_at__isnull=False),
                name="prediction_late_does_not_count",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.forecaster} on {self.match}"
