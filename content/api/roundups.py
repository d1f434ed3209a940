"""GET /api/v1/roundups/ and /api/v1/roundups/{id}/"""

from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from content.models import Digest, Roundup
from content.pages.selectors.fact_sources import facts_in
from content.roundups.out_of_date import readable
from content.roundups.references import FactKind
from core.api.query_params import Choice, IdOf, Moment, PageParameters
from core.api.serializers import ReadOnlySerializer, RowSerializer
from core.api.views import Resource
from matches.api.reference import (
    CompetitionRefSerializer,
    TeamSerializer,
    competition_parameter,
    season_parameter,
    team_parameter,
)
from matches.models import Match

STATUSES = [*Roundup.Status.choices, ("all", "published and superseded")]


class RoundupMatchSerializer(RowSerializer):
    """Match of a roundup."""

    competition = CompetitionRefSerializer(source="season.competition")
    home_team = TeamSerializer()
    away_team = TeamSerializer()

    class Meta:
        model = Match
        fields = [
            "id",
            "competition",
            "round_label",
            "kickoff_at",
            "kickoff_time_known",
            "home_team",
            "away_team",
            "status",
        ]


class RoundupSerializer(RowSerializer):
    match = RoundupMatchSerializer()
    out_of_date = serializers.SerializerMethodField(
        help_text="True if it was replaced or its facts have changed since it was written."
    )
    out_of_date_reason = serializers.CharField(help_text="Reason why it is out of date, or empty.")

    class Meta:
        model = Roundup
        fields = [
            *["id", "match", "title", "summary", "version", "result_version", "status", "supersede_reason"],
            *["out_of_date", "out_of_date_reason", "writer", "model", "written_at", "published_at"],
        ]

    def get_out_of_date(self, roundup: Any) -> bool:
        return bool(roundup.out_of_date_reason)


class SpanSerializer(ReadOnlySerializer):
    """A fact in a text of a roundup or digest."""

    text = serializers.ChoiceField(choices=["title", "summary", "body"], help_text="The text that it is in.")
    start = serializers.IntegerField(help_text="Position of its first character; in `body`, in the Markdown.")
    end = serializers.IntegerField(help_text="Position after its last character.")
    address = serializers.CharField(help_text="Address of the fact in `facts`.")
    kind = serializers.ChoiceField(choices=[kind.value for kind in FactKind])
    value = serializers.JSONField(help_text="Value of the fact.")
    sources = serializers.ListField(
        child=serializers.CharField(), help_text="Paths of this API with the rows that it was made of."
    )


def spans_of(article: Roundup | Digest) -> list[dict[str, Any]]:
    return [
        {"text": text, **span._asdict(), "kind": kind.value, "sources": sources}
        for text, span, kind, sources in facts_in(article)
    ]


class RoundupDetailSerializer(RoundupSerializer):
    spans = serializers.SerializerMethodField(
        help_text="Facts in title, summary and body. Empty in versions written before there were references."
    )
    facts = serializers.DictField(help_text="All numbers and names that the text may contain.")
    checks = serializers.DictField(
        help_text="Numbers of inserted facts, and texts of a language model that were refused."
    )
    settlement = serializers.IntegerField(
        source="settlement_id", help_text="Id of the settlement that it describes."
    )

    class Meta(RoundupSerializer.Meta):
        fields = [
            *RoundupSerializer.Meta.fields,
            "settlement",
            "tokens",
            "body",
            "body_html",
            "facts",
            "spans",
            "checks",
        ]

    @extend_schema_field(SpanSerializer(many=True))
    def get_spans(self, roundup: Roundup) -> list[dict[str, Any]]:
        return spans_of(roundup)


class RoundupParameters(PageParameters):
    match = IdOf(Match.objects.all(), where="/api/v1/matches/", help_text="Id of a match.")
    season = season_parameter()
    competition = competition_parameter()
    team = team_parameter()
    status = Choice(STATUSES, default="published", help_text="By default only published roundups.")
    from_ = Moment(help_text="Published at or after this date or datetime (UTC).")
    to = Moment(last=True, help_text="Published at or before this datetime, or on or before this date (UTC).")

    conditions = {
        "match": lambda match: Q(match=match),
        "season": lambda season: Q(match__season=season),
        "competition": lambda competition: Q(match__season__competition=competition),
        "team": lambda team: Q(match__home_team=team) | Q(match__away_team=team),
        "status": lambda status: Q() if status == "all" else Q(status=status),
        "from": lambda moment: Q(published_at__gte=moment),
        "to": lambda moment: Q(published_at__lte=moment),
    }


@extend_schema_view(
    list=extend_schema(summary="Roundups"),
    retrieve=extend_schema(summary="One roundup", responses=RoundupDetailSerializer),
)
class RoundupViewSet(Resource):
    """Articles about matches, newest first.

    Former versions stay available; `supersede_reason` is the reason why they were replaced. Roundups contain
    predictions: if a match gets a new kickoff, its roundups are hidden until its predictions are revealed
    again.
    """

    queryset = Roundup.objects.none()
    list_parameters = RoundupParameters
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Roundup]:
        return readable().order_by("-published_at", "-pk")

    def get_serializer_class(self) -> type[RowSerializer]:
        return RoundupSerializer if self.action == "list" else RoundupDetailSerializer

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        queryset = super().filter_queryset(queryset)
        queryset = queryset.select_related(
            "match__season__competition", "match__home_team", "match__away_team"
        )
        long = ("body", "body_html", "facts", "spans", "checks")
        return queryset.defer(*long) if self.action == "list" else queryset
