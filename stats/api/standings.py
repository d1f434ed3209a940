"""GET /api/v1/standings/?season="""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.exceptions import BadParameters
from core.api.pagination import EnvelopeSerializer
from core.api.query_params import PageParameters
from core.api.serializers import RowSerializer
from matches.api.reference import TeamSerializer, season_parameter
from matches.api.season_stages import GroupName, StageRefSerializer, stage_parameter
from stats.api.standings_meta import StandingsMetaSerializer, meta_of
from stats.api.versioned import VersionedList
from stats.models import StandingsRow
from stats.refresh import matviews
from stats.refresh.versioned_reads import Version
from stats.standings import SeasonTables, season_tables


class StandingsRowSerializer(RowSerializer):
    stage = StageRefSerializer()
    team = TeamSerializer()
    shootouts_won = serializers.SerializerMethodField(
        help_text="Of `drawn`; null if the stage gives no points for a shootout."
    )
    shootouts_lost = serializers.SerializerMethodField(help_text="Of `drawn`; null like `shootouts_won`.")

    class Meta:
        model = StandingsRow
        fields = [
            *["stage", "group", "position", "team", "played", "won", "drawn", "lost"],
            *["shootouts_won", "shootouts_lost", "goals_for", "goals_against", "goal_difference"],
            *["carried", "adjustment", "points"],
        ]

    def get_shootouts_won(self, row: StandingsRow) -> int | None:
        return row.shootouts_won if row.stage.points_shootout_win is not None else None

    def get_shootouts_lost(self, row: StandingsRow) -> int | None:
        return row.shootouts_lost if row.stage.points_shootout_win is not None else None


@extend_schema_serializer(many=False)
class StandingsSerializer(EnvelopeSerializer):
    """League tables."""

    meta = StandingsMetaSerializer()
    results = StandingsRowSerializer(many=True)


class StandingsParameters(PageParameters):
    season = season_parameter(required=True)
    stage = stage_parameter()
    group = GroupName()


class StandingsViewSet(VersionedList):
    """All league tables of a season, computed from its results: one row for each team of each table.

    A season of one plain league has one table; `stage` and `group` select one of several. Teams that share a
    position are level after all rules. Knockout stages, friendlies and stages whose kind is not decided have
    no rows; `meta.without_table` contains the reason.
    """

    queryset = StandingsRow.objects.none()
    serializer_class = StandingsRowSerializer
    list_parameters = StandingsParameters
    view_name = matviews.STANDINGS
    selected: SeasonTables

    def get_meta(self, version: Version) -> dict[str, Any]:
        self.selected = self._select(season_tables(self.params["season"].pk, version))
        return meta_of(self.params["season"], self.selected, version)

    def get_queryset(self) -> Any:
        return [row for table in self.selected.tables for row in table.rows]

    def _select(self, found: SeasonTables) -> SeasonTables:
        """Return the tables of the requested stage and group. Raises BadParameters if there are none."""
        stage, group = self.params["stage"], self.params["group"]
        if stage is not None:
            if stage.season_id != self.params["season"].pk:
                raise _not_found("stage", stage.pk, [each.pk for each in found.stages])
            found = found.of_stage(stage.pk)
        if group is not None:
            groups = sorted({table.group for table in found.tables} - {""})
            found = found.of_group(group)
            if not found.tables:
                raise _not_found("group", group, groups)
        return found

    @extend_schema(summary="League tables", responses=StandingsSerializer)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


def _not_found(parameter: str, value: Any, allowed: Sequence[Any]) -> BadParameters:
    there = ", ".join(map(str, allowed)) or "none"
    detail = f"This season has no {parameter} '{value}'. Choose one of: {there}."
    names = [str(each) for each in allowed]
    return BadParameters([{"parameter": parameter, "code": "unknown", "detail": detail, "allowed": names}])
