"""GET /api/v1/matches/{id}/: details of one match."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from content.pages.selectors.match_history import History, history_of
from core.api.serializers import ReadOnlySerializer
from core.api.views import PublicView
from matches.api.matches import MATCHES, MatchSerializer
from matches.api.reference import ProvenanceSerializer, prediction_counts
from matches.api.ties import TieSerializer, tie_values
from matches.models import Match
from matches.ties.selectors import tie_of
from scoring.api.score_serializers import QuotasSerializer, quotas_of

STAGES = ("recorded", "scored", "counted", "published")


class PipelineSerializer(ReadOnlySerializer):
    """Times of the pipeline steps of the newest result; the fields of a step that is not done are null.

    Durations are measured from the time at which the result was recorded.
    """

    recorded_at = serializers.DateTimeField(allow_null=True)
    scored_at = serializers.DateTimeField(allow_null=True)
    counted_at = serializers.DateTimeField(
        allow_null=True, help_text="When the leaderboards first showed the result."
    )
    published_at = serializers.DateTimeField(
        allow_null=True, help_text="When its first roundup was published."
    )
    scored_after_seconds = serializers.FloatField(allow_null=True)
    counted_after_seconds = serializers.FloatField(allow_null=True)
    published_after_seconds = serializers.FloatField(allow_null=True)


class MatchStorySerializer(MatchSerializer):
    quotas = QuotasSerializer(allow_null=True, help_text="Null if the match is not settled or is void.")
    predictions = ProvenanceSerializer(source="*", help_text="Number of current predictions.")
    roundup = serializers.IntegerField(allow_null=True, help_text="Id of the published roundup.")
    roundup_out_of_date = serializers.BooleanField(
        help_text="True if there is a published roundup that is out of date."
    )
    pipeline = PipelineSerializer()
    tie = TieSerializer(allow_null=True, help_text="Tie of a knockout round; null for other matches.")

    class Meta(MatchSerializer.Meta):
        fields = [
            *MatchSerializer.Meta.fields,
            "quotas",
            "predictions",
            "roundup",
            "roundup_out_of_date",
            "pipeline",
            "tie",
        ]


class MatchStoryViewSet(PublicView, mixins.RetrieveModelMixin, GenericViewSet[Any]):
    """Match with its quotas, the version of its result, and its pipeline steps."""

    queryset: QuerySet[Match] = MATCHES.annotate(**prediction_counts())
    serializer_class = MatchStorySerializer
    lookup_value_converter = "int"

    @extend_schema(summary="One match")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        match: Any = self.get_object()  # Any: attributes are added for the serializer
        history = history_of(match)
        match.quotas = quotas_of(history.settlement)
        roundup: Any = history.roundup  # Any: annotated
        match.roundup = roundup.pk if roundup else None
        match.roundup_out_of_date = bool(roundup and roundup.out_of_date_reason)
        match.pipeline = _pipeline(history)
        tie = tie_of(match)
        match.tie = tie_values(tie) if tie else None
        return Response(self.get_serializer(match).data)


def _pipeline(history: History) -> dict[str, datetime | float | None]:
    """Return times and durations of the newest result's steps. All are None if the match is not over."""
    steps = dict(zip(STAGES, history.steps, strict=False))
    moments = {f"{name}_at": steps[name].done_at if steps else None for name in STAGES}
    seconds = {f"{name}_after_seconds": steps[name].seconds if steps else None for name in STAGES[1:]}
    return moments | seconds
