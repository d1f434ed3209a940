"""Rows of leaderboards and league tables."""

from django.db import models

from matches.models import Forecaster, Season, Stage, Team
from stats.metrics import METRICS
from stats.models.tallies import Provenance, Scope


class LeaderboardRow(models.Model):
    """Row of the database view `stats_leaderboard`, which contains all leaderboards.

    Metrics (stats/metrics.py) are added below the class. A forecaster has up to four rows on a board. A row
    that would count no predictions does not exist. By `provenance`:

    - `all`: live and archive predictions. `made_of` is live, archive or mixed. `after_exposure` is the number
      of live predictions received after predictions of their match had been public.
    - `live`: live predictions without those of `after_exposure`. `archive`: archive predictions (back-tests).
      Both exist only if `made_of` is mixed or `after_exposure` is not 0; otherwise they would equal `all`.
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
