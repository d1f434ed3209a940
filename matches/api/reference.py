"""API views of competitions, seasons, teams and forecasters."""

from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from core.api.query_params import Choice, IdOf, PageParameters, SlugOf
from core.api.serializers import ReadOnlySerializer, RowSerializer
from core.api.views import Resource
from core.rounding import half_up
from matches.api.llm_questions import ForecasterUsageSerializer
from matches.models import Competition, Forecaster, Match, Prediction, Season, Team


def season_parameter(**kwargs: Any) -> IdOf:
    """Return the query parameter `season`: a season's id, as listed by /seasons/."""
    queryset = Season.objects.select_related("competition")
    return IdOf(queryset, where="/api/v1/seasons/", help_text="A season's id, from `/seasons/`.", **kwargs)


def competition_parameter() -> SlugOf:
    return SlugOf(Competition.objects.all(), where="/api/v1/competitions/", help_text="A competition's slug.")


def team_parameter() -> SlugOf:
    return SlugOf(Team.objects.all(), where="/api/v1/teams/", help_text="A team's slug.")


def kind_parameter() -> Choice:
    return Choice(Forecaster.Kind.choices, required=False, help_text="Only forecasters of this kind.")


class CompetitionRefSerializer(RowSerializer):
    class Meta:
        model = Competition
        fields = ["slug", "name"]


class CompetitionSerializer(RowSerializer):
    class Meta:
        model = Competition
        fields = ["slug", "name", "country", "category", "score_basis"]


@extend_schema_view(
    list=extend_schema(summary="Competitions"), retrieve=extend_schema(summary="One competition")
)
class CompetitionViewSet(Resource):
    """Leagues and cups, by name. `score_basis` is the score on which predictions are scored.

    `category` is that of the teams: men, women, a level (youth, u12 to u23, reserves), or a level of women
    (e.g. women-u19).
    """

    queryset = Competition.objects.order_by("name", "pk")
    serializer_class = CompetitionSerializer
    lookup_field = "slug"
    lookup_value_converter = "slug"


class SeasonSerializer(RowSerializer):
    competition = CompetitionRefSerializer()

    class Meta:
        model = Season
        fields = ["id", "label", "competition", "starts_on", "ends_on", "closed_at"]


class SeasonParameters(PageParameters):
    competition = competition_parameter()

    conditions = {"competition": lambda competition: Q(competition=competition)}


@extend_schema_view(list=extend_schema(summary="Seasons"), retrieve=extend_schema(summary="One season"))
class SeasonViewSet(Resource):
    """Seasons, newest first. Other lists can be filtered by the `id` of a season.

    `closed_at` is the time when the season was marked as complete. The leaderboard and table of a closed
    season are refreshed after a change to any closed season, not after a change to an open one.
    """

    queryset = Season.objects.select_related("competition").order_by("-starts_on", "competition__name", "pk")
    serializer_class = SeasonSerializer
    list_parameters = SeasonParameters
    lookup_value_converter = "int"


class TeamSerializer(RowSerializer):
    class Meta:
        model = Team
        fields = ["slug", "name", "short_name"]


class TeamDetailSerializer(TeamSerializer):
    class Meta(TeamSerializer.Meta):
        fields = [*TeamSerializer.Meta.fields, "category", "country"]


def _plays_in(season: Season) -> Q:
    matches = Match.objects.filter(season=season)
    return Q(pk__in=matches.values("home_team")) | Q(pk__in=matches.values("away_team"))


class TeamParameters(PageParameters):
    season = season_parameter()

    conditions = {"season": _plays_in}


@extend_schema_view(list=extend_schema(summary="Teams"), retrieve=extend_schema(summary="One team"))
class TeamViewSet(Resource):
    """Teams, by name; with `season`, those that have a match in that season.

    `category` is as in `/competitions/`. Category and country are empty if unknown.
    """

    queryset = Team.objects.order_by("name", "pk")
    serializer_class = TeamDetailSerializer
    list_parameters = TeamParameters
    lookup_field = "slug"
    lookup_value_converter = "slug"


class ForecasterRefSerializer(RowSerializer):
    class Meta:
        model = Forecaster
        fields = ["slug", "name", "kind"]


class ForecasterSerializer(RowSerializer):
    parent: Any = serializers.SlugRelatedField(
        slug_field="slug", read_only=True, allow_null=True, help_text="Slug of the previous version."
    )

    class Meta:
        model = Forecaster
        fields = [
            *ForecasterRefSerializer.Meta.fields,
            *["maker", "model_version", "parent", "is_baseline", "active_from", "retired_at"],
        ]


class BoardProvenanceSerializer(ReadOnlySerializer):
    """Counts of predictions received live before the lock, and of those imported afterwards."""

    live = serializers.IntegerField()
    archive = serializers.IntegerField()


class ProvenanceSerializer(BoardProvenanceSerializer):
    """Counts of predictions by provenance; `hindsight` counts those made after the kickoff."""

    hindsight = serializers.IntegerField()


def prediction_counts() -> dict[str, Count]:
    """Return annotations of a forecaster or match that count its current predictions by provenance."""
    return {
        value: Count(
            "predictions", filter=Q(predictions__superseded_at__isnull=True, predictions__provenance=value)
        )
        for value in Prediction.Provenance.values
    }


class BeforeKickoff(serializers.IntegerField):
    """Seconds from the receipt of a prediction to the current kickoff of its match."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = "Seconds from receipt to kickoff; negative if imported later (`archive`, `hindsight`)."
        super().__init__(source="*", help_text=help_text, **kwargs)

    def to_representation(self, value: Any) -> int:
        seconds: float = (value.match.kickoff_at - value.submitted_at).total_seconds()
        return int(half_up(seconds))


class ForecasterDetailSerializer(ForecasterSerializer):
    successors: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True, many=True)
    predictions = ProvenanceSerializer(source="*", help_text="Number of current predictions by provenance.")
    asked = ForecasterUsageSerializer(
        allow_null=True, help_text="Usage of the language model; null for other forecasters."
    )

    class Meta(ForecasterSerializer.Meta):
        fields = [*ForecasterSerializer.Meta.fields, "description", "successors", "predictions", "asked"]


class ForecasterParameters(PageParameters):
    kind = kind_parameter()

    conditions = {"kind": lambda kind: Q(kind=kind)}


@extend_schema_view(
    list=extend_schema(summary="Forecasters"),
    retrieve=extend_schema(summary="One forecaster", responses=ForecasterDetailSerializer),
)
class ForecasterViewSet(Resource):
    """Forecasters, by name, including retired ones. A new version of a model has the old one as `parent`."""

    queryset = Forecaster.objects.select_related("parent").order_by("name")
    list_parameters = ForecasterParameters
    lookup_field = "slug"
    lookup_value_converter = "slug"

    def get_serializer_class(self) -> type[RowSerializer]:
        return ForecasterSerializer if self.action == "list" else ForecasterDetailSerializer

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.action == "list":
            return super().filter_queryset(queryset)
        successors = Prefetch("successors", queryset=Forecaster.objects.order_by("name"))
        detailed: QuerySet[Any] = queryset.annotate(**prediction_counts()).prefetch_related(successors)
        return detailed
