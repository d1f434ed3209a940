"""GET /api/v1/digests/ and /api/v1/digests/{id}/"""

from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from content.api.roundups import STATUSES, SpanSerializer, spans_of
from content.digests.reads import readable
from content.models import Digest
from core.api.query_params import Choice, Moment, PageParameters
from core.api.serializers import RowSerializer
from core.api.views import Resource
from matches.api.reference import CompetitionRefSerializer, competition_parameter, season_parameter
from matches.api.season_stages import round_parameter, stage_parameter
from matches.models import Stage


class DigestStageSerializer(RowSerializer):
    """Stage of a digest."""

    class Meta:
        model = Stage
        fields = ["id", "name", "kind"]


class DigestSerializer(RowSerializer):
    competition = CompetitionRefSerializer(source="stage.season.competition")
    season = serializers.IntegerField(source="stage.season_id")
    stage = DigestStageSerializer()
    matches = serializers.ListField(
        source="match_ids", child=serializers.IntegerField(), help_text="Ids of the matches that it includes."
    )
    out_of_date = serializers.SerializerMethodField(
        help_text="True if it was replaced or its facts may have changed since it was written."
    )
    out_of_date_reason = serializers.CharField(help_text="Reason why it is out of date, or empty.")

    class Meta:
        model = Digest
        fields = [
            *["id", "competition", "season", "stage", "round_label", "matches", "as_of", "title", "summary"],
            *["version", "status", "supersede_reason", "out_of_date", "out_of_date_reason", "published_at"],
        ]

    def get_out_of_date(self, digest: Any) -> bool:
        return bool(digest.out_of_date_reason)


class DigestDetailSerializer(DigestSerializer):
    facts = serializers.DictField(help_text="All numbers and names that the text may contain.")
    settlements = serializers.ListField(
        source="settlement_ids",
        child=serializers.IntegerField(),
        help_text="Ids of the settlements of its matches.",
    )
    spans = serializers.SerializerMethodField()

    class Meta(DigestSerializer.Meta):
        fields = [*DigestSerializer.Meta.fields, "settlements", "body", "body_html", "facts", "spans"]

    @extend_schema_field(SpanSerializer(many=True))
    def get_spans(self, digest: Digest) -> list[dict[str, Any]]:
        return spans_of(digest)


class DigestParameters(PageParameters):
    season = season_parameter()
    competition = competition_parameter()
    stage = stage_parameter()
    round = round_parameter()
    status = Choice(STATUSES, default="published", help_text="By default only published digests.")
    from_ = Moment(help_text="Published at or after this date or datetime (UTC).")
    to = Moment(last=True, help_text="Published at or before this datetime, or on or before this date (UTC).")

    conditions = {
        "season": lambda season: Q(stage__season=season),
        "competition": lambda competition: Q(stage__season__competition=competition),
        "stage": lambda stage: Q(stage=stage),
        "round": lambda label: Q(round_label=label),
        "status": lambda status: Q() if status == "all" else Q(status=status),
        "from": lambda moment: Q(published_at__gte=moment),
        "to": lambda moment: Q(published_at__lte=moment),
    }


@extend_schema_view(
    list=extend_schema(summary="Digests of rounds"),
    retrieve=extend_schema(summary="One digest", responses=DigestDetailSerializer),
)
class DigestViewSet(Resource):
    """Articles about rounds of stages, newest first.

    Former versions stay available; `supersede_reason` is the reason why they were replaced. If a match of a
    digest gets a new kickoff, the digest is hidden until the predictions of the match are revealed again.
    """

    queryset = Digest.objects.none()
    list_parameters = DigestParameters
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Digest]:
        return readable().order_by("-published_at", "-pk")

    def get_serializer_class(self) -> type[RowSerializer]:
        return DigestSerializer if self.action == "list" else DigestDetailSerializer

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        queryset = super().filter_queryset(queryset)
        return queryset.defer("body", "body_html", "facts", "spans") if self.action == "list" else queryset
