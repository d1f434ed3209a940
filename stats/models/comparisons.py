"""Sums for comparing the forecasters of a season: of pairs, of settlements, and calibration cells.

They are added and subtracted together with the tallies (stats/tallies/comparisons.py).
"""

from django.db import models
from django.db.models import Q

from matches.models import Forecaster, Season
from scoring.models import Settlement
from stats.models.tallies import TALLY_PROVENANCES, Provenance

PAIR_PROVENANCES = [
    *[each for each in Provenance.choices if each[0] != Provenance.ALL],
    ("mixed", "Live and back-tests, or after exposure"),
]


class Participant(models.Model):
    """Forecaster of a season. `role` determines the forecasters with which it is compared.

    - `reference`: all participants. At most one baseline and one bookmaker per season.
    - `panel`: the references and the panel. References and panel are at most 200 forecasters.
    - `outside`: the references alone.

    A row exists from the first settlement of the season that scores a prediction of the forecaster.
    """

    class Role(models.TextChoices):
        REFERENCE = "reference"
        PANEL = "panel"
        OUTSIDE = "outside"

    pk = models.CompositePrimaryKey("season_id", "forecaster_id")
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="participants", db_index=False)
    forecaster = models.ForeignKey(
        Forecaster, on_delete=models.PROTECT, related_name="participations", db_index=False
    )
    role = models.CharField(max_length=9, choices=Role)
    joined_at = models.DateTimeField(null=True, help_text="Time at which it joined the panel last.")
    left_at = models.DateTimeField(null=True, help_text="Time at which it left the panel last.")

    class Meta:
        indexes = [models.Index(fields=["season"], condition=Q(role="outside"), name="participant_outside")]

    def __str__(self) -> str:
        return f"{self.forecaster} in {self.season}: {self.role}"


class FieldSum(models.Model):
    """Number and sums of the predictions with probabilities in one folded settlement.

    `provenance` is that of the predictions; `all` counts all but hindsight predictions. The sums divided by
    `predictions` are the means of the match that the adjusted scores use.
    """

    pk = models.CompositePrimaryKey("settlement_id", "provenance")
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="+", db_index=False)
    provenance = models.CharField(max_length=9, choices=TALLY_PROVENANCES)
    predictions = models.IntegerField()
    rps_sum = models.BigIntegerField(help_text="In billionths.")
    brier_sum = models.BigIntegerField(help_text="In billionths.")

    def __str__(self) -> str:
        return f"{self.predictions} {self.provenance} predictions of settlement {self.settlement_id}"


class PairSum(models.Model):
    """Sums over the matches of a season that two forecasters both predicted; `a` has the smaller id.

    A row exists only if the two are compared (Participant). The sums include exactly the folded settlements
    that score both. A difference is the score of `a` minus the score of `b`. `provenance` is that
    of both predictions; it is `mixed` if one is live and the other archive, or if one is after exposure. The
    leaderboard of all predictions counts the rows `live`, `archive` and `mixed`.

    `weight` and `weight_all` are sums of 1/k over the matches, where k is the number of predictions with
    probabilities (FieldSum): for `weight` those with the provenance of the pair, for `weight_all` those with
    any provenance but hindsight (for hindsight pairs: the hindsight predictions).
    """

    pk = models.CompositePrimaryKey("season_id", "a_id", "b_id", "provenance")
    # No foreign key constraints: the participants exist, and PostgreSQL would check 40,000 keys per match.
    season = models.ForeignKey(
        Season, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    a = models.ForeignKey(
        Forecaster, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    b = models.ForeignKey(
        Forecaster, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    provenance = models.CharField(max_length=9, choices=PAIR_PROVENANCES, db_collation="C")
    score_matches = models.IntegerField(help_text="Matches for which both predicted a score.")
    probability_matches = models.IntegerField(help_text="Matches for which both gave probabilities.")
    points = models.IntegerField(help_text="Sum of differences.")
    points_squares = models.IntegerField(help_text="Sum of squared differences.")
    rps = models.BigIntegerField(help_text="Sum of differences, in billionths.")
    rps_squares = models.BigIntegerField(help_text="Sum of squared differences, in billionths.")
    brier = models.BigIntegerField(help_text="In billionths.")
    brier_squares = models.BigIntegerField(help_text="In billionths.")
    log_score = models.BigIntegerField(help_text="In billionths.")
    log_score_squares = models.BigIntegerField(help_text="In billionths.")
    weight = models.BigIntegerField(help_text="In units of 1e-12.")
    weight_all = models.BigIntegerField(help_text="In units of 1e-12.")

    def __str__(self) -> str:
        return f"{self.a} and {self.b} in {self.season}"


class CalibrationCell(models.Model):
    """Number of times a forecaster gave an outcome this probability in a season, and how often it happened.

    Only forecasters of the panel and references have cells. Probabilities are divided by their sum, as for
    scores, and rounded to thousandths.
    """

    class Outcome(models.TextChoices):
        HOME = "home"
        DRAW = "draw"
        AWAY = "away"

    pk = models.CompositePrimaryKey("season_id", "forecaster_id", "provenance", "outcome", "thousandths")
    season = models.ForeignKey(
        Season, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    forecaster = models.ForeignKey(
        Forecaster, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    provenance = models.CharField(max_length=9, choices=TALLY_PROVENANCES)
    outcome = models.CharField(max_length=4, choices=Outcome)
    thousandths = models.SmallIntegerField()
    predictions = models.IntegerField()
    hits = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.forecaster}: {self.hits} of {self.predictions} at {self.thousandths} of {self.outcome}"
