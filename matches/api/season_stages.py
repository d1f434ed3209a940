"""GET /api/v1/stages/ and /api/v1/stages/{id}/: the stages of seasons, with the rules of their tables."""

from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from core.api.query_params import IdOf, PageParameters
from core.api.serializers import RowSerializer
from core.api.views import Resource
from matches.api.reference import SeasonSerializer, season_parameter
from matches.models import Stage
from matches.stage_hints import group_name
from matches.tables.wording import rules_in_words


def stage_parameter() -> IdOf:
    """Return the query parameter `stage`: a stage's id, as listed by /stages/."""
    return IdOf(
        Stage.objects.select_related("season__competition"),
        where="/api/v1/stages/",
        help_text="A stage's id, from `/stages/`.",
    )


def round_parameter() -> serializers.CharField:
    """Return the query parameter `round`: the name of a round, as in `round_label` of matches."""
    return serializers.CharField(required=False, help_text="Name of a round, e.g. `Matchday 7`.")


class GroupName(serializers.CharField):
    """Query parameter with the name of a group. `A`, `a`, `Group A` and `GROUP_A` are the same group."""

    def __init__(self) -> None:
        super().__init__(
            required=False, max_length=40, help_text="A group of a stage, e.g. `A` or `Group A`."
        )

    def to_internal_value(self, data: Any) -> str:
        return group_name(super().to_internal_value(data))


class StageRefSerializer(RowSerializer):
    class Meta:
        model = Stage
        fields = ["id", "name"]


class StageKindSerializer(StageRefSerializer):
    class Meta(StageRefSerializer.Meta):
        fields = [*StageRefSerializer.Meta.fields, "kind"]


class TableRulesSerializer(RowSerializer):
    """Rules of the tables of a stage.

    `carries_from` is the id of the stage from which teams take points along.
    """

    class Meta:
        model = Stage
        fields = [
            *["points_win", "points_draw", "points_loss", "points_shootout_win", "points_shootout_loss"],
            *["tie_breakers", "head_to_head_when_complete", "carries_from", "carries", "carries_record"],
            *["ranked_groups", "compared_place", "compared_through", "through_places", "relegation_places"],
        ]

    def to_representation(self, instance: Stage) -> Any:
        return super().to_representation(instance) if instance.has_table else None


class StageSerializer(StageKindSerializer):
    season = SeasonSerializer()
    has_table = serializers.BooleanField(help_text="True for the kinds `league` and `groups`.")
    decided = serializers.BooleanField(
        source="is_decided",
        help_text="False while an operator has to decide: the kind is `unknown`, or it is not known"
        " which points the teams take along after a split.",
    )
    rules = TableRulesSerializer(source="*", allow_null=True, help_text="Null for a stage without a table.")
    rules_in_words = serializers.SerializerMethodField(help_text="Empty for a stage without a table.")

    class Meta(StageKindSerializer.Meta):
        fields = [
            *["id", "season", "name", "kind", "order", "has_table", "decided", "away_goals"],
            *["rules", "rules_in_words"],
        ]

    def get_rules_in_words(self, stage: Stage) -> str:
        return " ".join(rules_in_words(stage)) if stage.has_table else ""


class StageParameters(PageParameters):
    season = season_parameter()

    conditions = {"season": lambda season: Q(season=season)}


@extend_schema_view(list=extend_schema(summary="Stages"), retrieve=extend_schema(summary="One stage"))
class StageViewSet(Resource):
    """Stages of the seasons, newest season first. A season of one plain league has one stage.

    A stage of the kind `league` has one table, a stage of the kind `groups` one for each group. All other
    kinds have none: `knockout`, `friendly`, and `unknown` until an operator decides the kind.
    """

    queryset = Stage.objects.select_related("season__competition", "carries_from").order_by(
        "-season__starts_on", "season_id", "order", "pk"
    )
    serializer_class = StageSerializer
    list_parameters = StageParameters
    lookup_value_converter = "int"
