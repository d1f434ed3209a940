"""GET /api/v1/season-forecasts/ and its back-test: frequencies of final places in simulated seasons."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.exceptions import BadParameters
from core.api.query_params import QueryParameters
from core.api.renderers import JSONRenderer
from core.api.serializers import ReadOnlySerializer, Rounded
from core.api.views import PublicView
from matches.api.reference import ForecasterRefSerializer, SeasonSerializer, TeamSerializer, season_parameter
from matches.api.season_stages import StageRefSerializer, stage_parameter
from matches.models import Stage
from stats.api.board_parameters import forecaster_parameter
from stats.season_forecasts import forecast_reads

NEEDS_HELP = (
    "Exact counts of outcomes (home win, draw, away win). Empty while a team has more than three matches"
    " left, after the last match, and with `forecaster`."
)


class SeasonForecastParameters(QueryParameters):
    season = season_parameter(required=True)
    stage = stage_parameter()
    forecaster = forecaster_parameter(
        "A forecaster's slug: matches then have its own probabilities if these are public. All other matches "
        "have the baseline's."
    )


class BacktestParameters(QueryParameters):
    season = season_parameter()


class TeamForecastSerializer(ReadOnlySerializer):
    """Final places of a team. All counts are numbers of simulated seasons, of `runs`."""

    team = TeamSerializer()
    position = serializers.IntegerField(help_text="Position in the present table.")
    played = serializers.IntegerField()
    points = serializers.IntegerField()
    goal_difference = serializers.IntegerField()
    counts = serializers.ListField(
        child=serializers.IntegerField(), help_text="By place, from `first_place` of the table on."
    )
    title = serializers.IntegerField(allow_null=True, help_text="Null if the stage does not decide it.")
    through = serializers.IntegerField(allow_null=True)
    relegated = serializers.IntegerField(allow_null=True)


class ForecastTableSerializer(ReadOnlySerializer):
    """Forecast of one table, lowest mean place first. Rows and columns of `counts` sum to `runs`."""

    group = serializers.CharField(help_text="Empty for the table of the whole stage.")
    first_place = serializers.IntegerField()
    teams = TeamForecastSerializer(many=True)


class NeededResultSerializer(ReadOnlySerializer):
    """Numbers of outcomes in which the team gains `gained` points: all, and those with the place."""

    gained = serializers.IntegerField()
    outcomes = serializers.IntegerField()
    secured = serializers.IntegerField(help_text="It has the place without tie-breakers.")
    level = serializers.IntegerField(help_text="Tie-breakers decide.")


class NeedSerializer(ReadOnlySerializer):
    """Results that a team needs in order to be among the first `place` teams of its table."""

    event = serializers.ChoiceField(choices=["title", "through", "safe"])
    place = serializers.IntegerField()
    results = NeededResultSerializer(many=True)


class TeamNeedsSerializer(ReadOnlySerializer):
    """Places of its table that a team can still reach, and what it needs."""

    team = TeamSerializer()
    counted = serializers.BooleanField(
        help_text="False if there are too many outcomes to count; the numbers are then null."
    )
    left = serializers.IntegerField(allow_null=True, help_text="Matches of the team that are left.")
    best = serializers.IntegerField(allow_null=True)
    worst = serializers.IntegerField(allow_null=True)
    needs = NeedSerializer(many=True)


class GroupNeedsSerializer(ReadOnlySerializer):
    """Needs of the teams of one table; `outcomes` is the number of all outcomes of its open matches."""

    group = serializers.CharField()
    matches = serializers.IntegerField()
    outcomes = serializers.IntegerField()
    teams = TeamNeedsSerializer(many=True)


class StakeSerializer(ReadOnlySerializer):
    """Chance of a team after each result of a match: its share of the runs with that result."""

    team = TeamSerializer()
    event = serializers.ChoiceField(choices=list(forecast_reads.EVENTS))
    chances = serializers.ListField(
        child=serializers.FloatField(allow_null=True),
        help_text="After a home win, a draw and an away win; null below 100 runs with that result.",
    )


class ImportantMatchSerializer(ReadOnlySerializer):
    """The next match of a team, and the chances that depend on its result, the largest difference first."""

    match = serializers.IntegerField(source="match.pk")
    runs = serializers.ListField(
        child=serializers.IntegerField(), help_text="With a home win, a draw, an away win."
    )
    stakes = StakeSerializer(many=True)


class StageForecastSerializer(ReadOnlySerializer):
    """Simulated final tables of one stage."""

    stage = StageRefSerializer(source="row.stage")
    forecaster = ForecasterRefSerializer(source="row.forecaster", allow_null=True)
    runs = serializers.IntegerField(source="row.runs", help_text="Number of simulated seasons.")
    open_matches = serializers.IntegerField(source="row.open_matches", help_text="Matches simulated.")
    own_matches = serializers.IntegerField(
        source="row.own_matches",
        help_text="Of these, matches with the forecaster's own probabilities; others have the baseline's.",
    )
    data_version = serializers.IntegerField(source="row.data_version", help_text="Of the league tables.")
    as_of = serializers.DateTimeField(
        source="row.as_of", help_text="Results and predictions up to then count."
    )
    computed_at = serializers.DateTimeField(source="row.computed_at")
    tables = ForecastTableSerializer(many=True)
    needs = GroupNeedsSerializer(many=True, help_text=NEEDS_HELP)
    matches = ImportantMatchSerializer(many=True)


class ForecasterViewSerializer(ReadOnlySerializer):
    """A forecaster for whom a stage was simulated, and the number of matches with its own probabilities."""

    stage = serializers.IntegerField(source="stage_id", help_text="The stage's id.")
    forecaster = ForecasterRefSerializer()
    own_matches = serializers.IntegerField()


class SeasonForecastMetaSerializer(ReadOnlySerializer):
    season = SeasonSerializer()
    forecasters = ForecasterViewSerializer(many=True)


class SeasonForecastSerializer(ReadOnlySerializer):
    """Forecasts of the stages of a season."""

    meta = SeasonForecastMetaSerializer()
    results = StageForecastSerializer(many=True)


class SeasonForecastView(PublicView):
    """Frequencies of the final places in 10,000 simulated seasons, for each stage with a table.

    Simulated from the Dixon-Coles baseline some minutes after a result. With `forecaster`, open matches whose
    predictions are public have that forecaster's probabilities. Unlike other lists, this one has no
    pagination.
    """

    renderer_classes = [JSONRenderer]

    def get_parameters(self) -> type[QueryParameters]:
        return SeasonForecastParameters

    @extend_schema(summary="Season forecasts", responses=SeasonForecastSerializer)
    def get(self, request: Request) -> Response:
        season, stages = self.params["season"], self._stages()
        own = [row for stage in stages for row in forecast_reads.forecasts(stage) if row.forecaster_id]
        answer: dict[str, Any] = {
            "meta": {"season": season, "forecasters": own},
            "results": forecast_reads.show(stages, self.params["forecaster"]),
        }
        return Response(SeasonForecastSerializer(answer).data)

    def _stages(self) -> list[Stage]:
        """Return the requested stages. Raises BadParameters if the stage is of another season."""
        stage, season = self.params["stage"], self.params["season"]
        stages = list(forecast_reads.stages_with_forecast(season))
        if stage is None:
            return stages
        if stage.season_id != season.pk:
            detail = f"Stage {stage.pk} is not a stage of {season}; see /api/v1/stages/?season={season.pk}."
            raise BadParameters([{"parameter": "stage", "code": "invalid", "detail": detail}])
        return [each for each in stages if each.pk == stage.pk]


class BacktestRowSerializer(ReadOnlySerializer):
    """Ranked probability score of the final places forecast before a matchday; lower is better."""

    matchday = serializers.IntegerField()
    cutoff_at = serializers.DateTimeField(help_text="Results known at this time count.")
    open_matches = serializers.IntegerField()
    rps = Rounded()
    rps_of_table = Rounded(help_text="Of the table at that time, as if it were final.")
    rps_of_equal = Rounded(help_text="Of equal chances of all places.")


class StageBacktestSerializer(ReadOnlySerializer):
    """Back-test of one complete stage by matchday."""

    season = SeasonSerializer(source="stage.season")
    stage = StageRefSerializer()
    rows = BacktestRowSerializer(many=True)


class BacktestListSerializer(ReadOnlySerializer):
    """Back-tests, the newest season first."""

    results = StageBacktestSerializer(many=True)


class PlacesBacktestView(PublicView):
    """Scores that the season forecasts would have had before each matchday of complete leagues.

    Each is simulated by the same code from the results that were known then, and compared with the final
    table.
    """

    renderer_classes = [JSONRenderer]

    def get_parameters(self) -> type[QueryParameters]:
        return BacktestParameters

    @extend_schema(summary="Back-test of season forecasts", responses=BacktestListSerializer)
    def get(self, request: Request) -> Response:
        season = self.params["season"]
        found = forecast_reads.backtests([season] if season else None)
        return Response(BacktestListSerializer({"results": found}).data)
