"""GET /api/v1/standings/?season="""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.pagination import EnvelopeSerializer
from core.api.query_params import PageParameters
from core.api.serializers import ReadOnlySerializer, RowSerializer
from matches.api.reference import SeasonSerializer, TeamSerializer, season_parameter
from matches.models import PointsAdjustment
from stats.api.versioned import VersionedList
from stats.models import StandingsRow
from stats.refresh import matviews
from stats.refresh.versioned_reads import Version
from stats.standings import adjustments, standings


class AdjustmentSerializer(RowSerializer):
    team = TeamSerializer()

    class Meta:
        model = PointsAdjustment
        fields = ["team", "points", "decided_on", "reason", "source"]


class StandingsMetaSerializer(ReadOnlySerializer):
    season = SeasonSerializer()
    refreshed_at = serializers.DateTimeField(allow_null=True, help_text="Time of the last refresh.")
    data_version = serializers.IntegerField(
        help_text="Increases with every refresh of the league tables; 0 before the first."
    )
    adjustments = AdjustmentSerializer(
        many=True, help_text="Points deducted or awarded by the league, one entry per decision."
    )


class StandingsRowSerializer(RowSerializer):
    team = TeamSerializer()

    class Meta:
        model = StandingsRow
        fields = [
            *["position", "team", "played", "won", "drawn", "lost"],
            *["goals_for", "goals_against", "goal_difference", "adjustment", "points"],
        ]


@extend_schema_serializer(many=False)
class StandingsSerializer(EnvelopeSerializer):
    """League table."""

    meta = StandingsMetaSerializer()
    results = StandingsRowSerializer(many=True)


class StandingsParameters(PageParameters):
    season = season_parameter(required=True)


class StandingsViewSet(VersionedList):
    """League table of a season, computed from its results. Teams with equal values share a position."""

    queryset = StandingsRow.objects.none()
    serializer_class = StandingsRowSerializer
    list_parameters = StandingsParameters
    view_name = matviews.STANDINGS

    def get_queryset(self) -> QuerySet[StandingsRow]:
        return standings(self.params["season"].pk)

    def get_meta(self, version: Version) -> dict[str, Any]:
        return StandingsMetaSerializer(
            {
                "season": self.params["season"],
                "refreshed_at": version.finished_at,
                "data_version": version.number,
                "adjustments": adjustments(self.params["season"].pk, counted_by=version.started_at),
            }
        ).data

    @extend_schema(summary="League table", responses=StandingsSerializer)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)
