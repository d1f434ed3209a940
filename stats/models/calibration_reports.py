"""Calibration of the forecasters on each leaderboard, computed in the background."""

from django.db import models

from matches.models import Forecaster
from stats.models.tallies import Provenance, Scope


class CalibrationReport(models.Model):
    """Calibration of one forecaster on one leaderboard, for live predictions or back-tests.

    Exists for forecasters of the panel with at least 100 matches with probabilities. `parts` contains score,
    mcb, dsc and unc of `rps` and `brier`. `curves` contains for each outcome the points of the reliability
    curve and its band: lists `probability`, `recalibrated`, `low` and `high`. `sharpness` contains for each
    outcome the numbers of predictions in 20 equal ranges of probability. `cells_hash` is a hash of the
    calibration cells from which the report was computed.
    """

    scope = models.CharField(max_length=11, choices=Scope)
    scope_id = models.BigIntegerField()
    forecaster = models.ForeignKey(Forecaster, on_delete=models.CASCADE, related_name="+")
    provenance = models.CharField(max_length=9, choices=Provenance)
    matches = models.IntegerField()
    parts = models.JSONField()
    curves = models.JSONField()
    sharpness = models.JSONField()
    cells_hash = models.CharField(max_length=32)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "scope_id", "provenance", "forecaster"], name="calibration_report_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.forecaster} on {self.scope} {self.scope_id or ''}: {self.matches} matches"
