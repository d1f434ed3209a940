"""GET /api/v1/corrections/: all results that replaced a final result."""

from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from core.api.query_params import Moment, PageNumber, PageParameters
from core.api.serializers import RowSerializer
from core.api.views import ListResource
from matches.api.reference import CompetitionRefSerializer, TeamSerializer, competition_parameter
from matches.models import Match, ResultRevision
from scoring import corrections
from scoring.api.score_serializers import STATE_HELP, STATES, MovedScoresSerializer, ResultSerializer, Worded
from scoring.corrections import ResultChange


class CorrectedMatchSerializer(RowSerializer):
    """Match whose result was corrected."""

    competition = CompetitionRefSerializer(source="season.competition")
    season = serializers.CharField(source="season.label")
    home_team = TeamSerializer()
    away_team = TeamSerializer()

    class Meta:
        model = Match
        fields = [
            "id",
            "competition",
            "season",
            "round_label",
            "kickoff_at",
            "kickoff_time_known",
            "home_team",
            "away_team",
        ]


class CorrectionSerializer(Worded, MovedScoresSerializer):
    """Result that replaced a final one."""

    match = CorrectedMatchSerializer(source="revision.match")
    from_ = ResultSerializer(source="former")
    to = ResultSerializer(source="revision")
    reason = serializers.CharField(source="revision.reason", help_text="Empty if no reason was given.")
    source = serializers.CharField(source="revision.source", help_text="Source of the result, e.g. a feed.")  # type: ignore[assignment] # a field
    by_operator = serializers.SerializerMethodField(help_text="True if an operator entered it.")
    recorded_at = serializers.DateTimeField(source="revision.recorded_at")
    state = serializers.ChoiceField(choices=STATES, help_text=STATE_HELP)
    settled = serializers.BooleanField(source="is_settled", help_text="True if the points were updated.")
    settled_at = serializers.DateTimeField(allow_null=True)
    counted = serializers.BooleanField(
        source="is_counted", help_text="True if the leaderboards have included it."
    )
    forecasters_moved = serializers.IntegerField(
        source="moved.forecasters",
        allow_null=True,
        help_text="Number of forecasters whose points changed. Null until it is settled.",
    )
    points_moved = serializers.IntegerField(
        source="moved.points", allow_null=True, help_text="Sum of the absolute differences."
    )

    def get_by_operator(self, change: ResultChange) -> bool:
        return change.revision.recorded_by_id is not None


class CorrectionFilters(PageNumber):
    """Filters of the list of corrections, in the API and on the HTML page."""

    competition = competition_parameter()
    since = Moment(help_text="Recorded at or after this date or datetime (UTC).")

    conditions = {
        "competition": lambda competition: Q(match__season__competition=competition),
        "since": lambda moment: Q(recorded_at__gte=moment),
    }


class CorrectionParameters(CorrectionFilters, PageParameters):
    """Parameters of /corrections/."""


@extend_schema_view(list=extend_schema(summary="Corrections"))
class CorrectionViewSet(ListResource):
    """Results that replaced a final one (finished, abandoned, cancelled or awarded), newest first.

    The new result has another score, makes the match void or no longer void, or withdraws the former result
    because the match continues. A result recorded after a withdrawal is a new result, not a correction;
    `/matches/{id}/revisions/` lists all results.
    """

    queryset = ResultRevision.objects.none()
    serializer_class = CorrectionSerializer
    list_parameters = CorrectionParameters

    def get_queryset(self) -> QuerySet[ResultRevision]:
        return corrections.corrections()

    def paginate_queryset(self, queryset: Any) -> Any:
        return corrections.summed(super().paginate_queryset(queryset) or [])
