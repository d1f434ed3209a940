"""`meta` of /api/v1/standings/: tables, stages without a table, points adjustments, lots, comparisons."""

from typing import Any

from rest_framework import serializers

from core.api.serializers import ReadOnlySerializer, RowSerializer
from matches.api.reference import SeasonSerializer, TeamSerializer
from matches.api.season_stages import StageKindSerializer, StageRefSerializer
from matches.models import DrawnLot, PointsAdjustment
from matches.tables.wording import rules_in_words, why_no_table
from stats.refresh.versioned_reads import Version
from stats.standings import SeasonTables, Table


class TableSerializer(ReadOnlySerializer):
    """One table: of a stage, or of one of its groups."""

    stage = StageKindSerializer()
    group = serializers.CharField(help_text="Empty for the table of a whole stage.")
    teams = serializers.SerializerMethodField(help_text="Number of teams, each with a row.")
    complete = serializers.BooleanField(
        source="is_complete", help_text="True if all its matches are over and counted."
    )
    rules_in_words = serializers.SerializerMethodField(
        help_text="Points for a match, the order of teams with equal points, and what teams take along."
    )

    def get_teams(self, table: Table) -> int:
        return len(table.rows)

    def get_rules_in_words(self, table: Table) -> str:
        return " ".join(rules_in_words(table.stage))


class WithoutTableSerializer(ReadOnlySerializer):
    """A stage without rows, and the reason."""

    stage = StageKindSerializer(allow_null=True, help_text="Null if the season has no stage.")
    reason = serializers.CharField()


class AdjustmentSerializer(RowSerializer):
    stage = StageRefSerializer()
    team = TeamSerializer()

    class Meta:
        model = PointsAdjustment
        fields = ["stage", "team", "points", "decided_on", "reason", "source"]


class LotSerializer(RowSerializer):
    stage = StageRefSerializer()
    team = TeamSerializer()

    class Meta:
        model = DrawnLot
        fields = ["stage", "team", "number", "source"]


class ComparedRowSerializer(ReadOnlySerializer):
    """A team and its position among the teams that have the same place in the other groups."""

    position = serializers.IntegerField()
    goes_through = serializers.BooleanField(
        allow_null=True, help_text="With the present results; null if that is not decided by them."
    )
    group = serializers.CharField(source="row.group")
    team = TeamSerializer(source="row.team")
    played = serializers.IntegerField(source="row.played")
    goals_for = serializers.IntegerField(source="row.goals_for")
    goals_against = serializers.IntegerField(source="row.goals_against")
    goal_difference = serializers.IntegerField(source="row.goal_difference")
    points = serializers.IntegerField(source="row.points")


class ComparisonSerializer(ReadOnlySerializer):
    """Ranking of the teams that have the same place in different groups of a stage, e.g. all third places."""

    stage = StageRefSerializer()
    place = serializers.IntegerField()
    through = serializers.IntegerField(help_text="Number of these teams that go through.")
    rows = ComparedRowSerializer(many=True)


class StandingsMetaSerializer(ReadOnlySerializer):
    season = SeasonSerializer()
    refreshed_at = serializers.DateTimeField(allow_null=True, help_text="Time of the last refresh.")
    data_version = serializers.IntegerField(
        help_text="Increases with every refresh of the league tables; 0 before the first."
    )
    tables = TableSerializer(many=True, help_text="The tables that the rows belong to, in the same order.")
    without_table = WithoutTableSerializer(many=True, help_text="The requested stages without rows.")
    compared = ComparisonSerializer(
        many=True, help_text="One entry for each stage in which some teams of a place go through."
    )
    adjustments = AdjustmentSerializer(
        many=True, help_text="Points deducted or awarded by the league, one entry per decision."
    )
    lots = LotSerializer(
        many=True, help_text="Decisions about the order of teams that all rules leave level, e.g. by lot."
    )


def meta_of(season: Any, selected: SeasonTables, version: Version) -> dict[str, Any]:
    """Return the serialised `meta` of these tables."""
    return StandingsMetaSerializer(
        {
            "season": season,
            "refreshed_at": version.finished_at,
            "data_version": version.number,
            "tables": selected.tables,
            "without_table": _without_table(selected),
            "compared": _compared(selected),
            "adjustments": selected.adjustments,
            "lots": selected.lots,
        }
    ).data


def _without_table(selected: SeasonTables) -> list[dict[str, Any]]:
    """Return the stages without a table, each with the reason."""
    if not selected.stages:
        return [{"stage": None, "reason": "This season has no matches yet."}]
    with_rows = {table.stage.pk for table in selected.tables}
    stages = [stage for stage in selected.stages if stage.pk not in with_rows]
    return [{"stage": stage, "reason": why_no_table(stage)} for stage in stages]


def _compared(selected: SeasonTables) -> list[dict[str, Any]]:
    return [
        {"stage": stage, "place": stage.compared_place, "through": stage.compared_through, "rows": rows}
        for stage in selected.stages
        if (rows := selected.compared(stage))
    ]
