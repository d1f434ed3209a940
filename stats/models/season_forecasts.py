"""Simulated seasons and their back-test, computed in the background."""

from django.db import models
from django.db.models import Q

from core.http.links import link
from matches.models import Forecaster, Stage


class SeasonForecast(models.Model):
    """Frequencies of the final places of a stage in simulated seasons.

    The simulation with the probabilities of the Dixon-Coles baseline alone has no forecaster.
    Otherwise open matches with a public prediction of the forecaster have its probabilities; `own_matches`
    is the number of these.

    - `tables`: for each group its teams, lowest mean place first: sums so far, `counts` (number of runs per
      place), and the numbers of runs with `title`, `through` and `relegated`, if the stage decides these
    - `needs`: for each group the exact counts of outcomes (stats/simulation/team_needs.py); empty while more
      than three matches per team are left, and in forecasts with a forecaster
    - `importance`: the next matches, and the chances of their teams after each result in the same runs
    - `input_hash`: hash of everything from which the forecast was computed
    - `data_version`, `as_of`: newest refresh of the league tables, and time of the newest check of the input
    """

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+")
    forecaster = models.ForeignKey(
        Forecaster, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    runs = models.PositiveIntegerField()
    open_matches = models.PositiveIntegerField()
    own_matches = models.PositiveIntegerField()
    tables = models.JSONField()
    needs = models.JSONField()
    importance = models.JSONField()
    input_hash = models.CharField(max_length=32)
    data_version = models.BigIntegerField()
    as_of = models.DateTimeField()
    computed_at = models.DateTimeField()
    seconds = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "forecaster"], name="season_forecast_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(own_matches__lte=models.F("open_matches")), name="season_forecast_own_matches"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} as seen by {self.forecaster or 'the baseline'}"

    def get_absolute_url(self) -> str:
        return link("season-forecast", self.stage_id)


class PlacesBacktest(models.Model):
    """Score of the forecast of final places before one matchday of a complete league.

    The forecast is simulated from the results at `cutoff_at`, the first kickoff of the matchday. `rps` is its
    mean ranked probability score; `rps_of_table` that of the table at that time, as if it were final;
    `rps_of_equal` that of equal chances of all places. Lower is better.
    """

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+")
    matchday = models.PositiveSmallIntegerField()
    cutoff_at = models.DateTimeField()
    open_matches = models.PositiveIntegerField()
    runs = models.PositiveIntegerField()
    rps = models.FloatField()
    rps_of_table = models.FloatField()
    rps_of_equal = models.FloatField()
    input_hash = models.CharField(max_length=32)
    computed_at = models.DateTimeField()
    seconds = models.FloatField()

    class Meta:
        ordering = ["stage_id", "matchday"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "matchday"], name="places_backtest_once"),
        ]

    def __str__(self) -> str:
        return f"{self.stage} before matchday {self.matchday}"
