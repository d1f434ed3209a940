"""GET /api/v1/matches/{id}/revisions/: all recorded results of a match and their effects on points."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.pagination import EnvelopeSerializer
from core.api.serializers import ReadOnlySerializer
from core.api.views import ListResource
from matches.api.not_found import match_or_404
from matches.models import Match, ResultRevision
from matches.statuses import Award, Status
from scoring import corrections
from scoring.api.score_serializers import (
    STATE_HELP,
    STATES,
    KickoffMoveSerializer,
    MovedScoresSerializer,
    MoveSerializer,
    SettlementSerializer,
)
from scoring.corrections import ResultChange


class RevisionSumsSerializer(MovedScoresSerializer):
    """A recorded result, its state, how many forecasters' points it changed, and the sum of the changes."""

    version = serializers.IntegerField(source="revision.version")
    status = serializers.ChoiceField(source="revision.status", choices=Status.choices)
    home_score = serializers.IntegerField(source="revision.home_score", allow_null=True)
    away_score = serializers.IntegerField(source="revision.away_score", allow_null=True)
    home_score_aet = serializers.IntegerField(source="revision.home_score_aet", allow_null=True)
    away_score_aet = serializers.IntegerField(source="revision.away_score_aet", allow_null=True)
    home_penalties = serializers.IntegerField(source="revision.home_penalties", allow_null=True)
    away_penalties = serializers.IntegerField(source="revision.away_penalties", allow_null=True)
    award = serializers.ChoiceField(
        source="revision.award",
        choices=Award.choices,
        help_text="Side to which an awarded match goes; empty: by the score.",
    )
    source = serializers.CharField(source="revision.source", help_text="Source of the result, e.g. a feed.")  # type: ignore[assignment] # a field
    reason = serializers.CharField(source="revision.reason", help_text="Empty if no reason was given.")
    by_operator = serializers.SerializerMethodField(help_text="True if an operator entered it.")
    recorded_at = serializers.DateTimeField(source="revision.recorded_at")
    is_correction = serializers.BooleanField(help_text="True if it replaced a final result.")
    state = serializers.ChoiceField(choices=STATES, help_text=STATE_HELP)
    settled = serializers.BooleanField(source="is_settled", help_text="True if the points were updated.")
    settlement = SettlementSerializer(allow_null=True)
    forecasters_moved = serializers.IntegerField(
        source="moved.forecasters",
        allow_null=True,
        help_text="Number of forecasters whose points changed. Null: no earlier settlement.",
    )
    forecasters_unchanged = serializers.IntegerField(
        source="moved.unchanged",
        allow_null=True,
        help_text="Number of forecasters whose points stayed the same.",
    )
    points_moved = serializers.IntegerField(
        source="moved.points", allow_null=True, help_text="Sum of the absolute differences."
    )

    def get_by_operator(self, change: ResultChange) -> bool:
        return change.revision.recorded_by_id is not None


class RevisionSerializer(RevisionSumsSerializer):
    """Recorded result with its state and the forecasters whose points changed."""

    moves = MoveSerializer(
        source="moved.moves",
        many=True,
        allow_null=True,
        help_text="Forecasters whose points changed, the largest difference first. Not in CSV.",
    )


class RevisionMetaSerializer(ReadOnlySerializer):
    match = serializers.IntegerField(help_text="Id of the match.")
    kickoff_at = serializers.DateTimeField()
    kickoff_time_known = serializers.BooleanField()
    kickoff_moves = KickoffMoveSerializer(many=True, help_text="Each change of the kickoff, oldest first.")
    late_predictions = serializers.IntegerField(
        help_text="Number of live predictions received after the actual kickoff; they do not count."
    )


@extend_schema_serializer(many=False)
class RevisionListSerializer(EnvelopeSerializer):
    """All recorded results of a match."""

    meta = RevisionMetaSerializer()
    results = RevisionSerializer(many=True)


class MatchRevisionViewSet(ListResource):
    """Every recorded result of a match, newest first. Results are never overwritten.

    `moves` lists the forecasters whose points changed: `before` is from the last settlement before this
    result, `after` from the last settlement based on this result. `after` is null if the match is void or its
    result was withdrawn. `moves` is null for all results up to the first one with the `state` `settled`, and
    for results whose `state` is neither `settled` nor `withdrawn`. Until `reveal_at` the predictions are
    secret and no forecaster is named.
    """

    queryset = ResultRevision.objects.none()
    serializer_class = RevisionSerializer

    @extend_schema(summary="Results of a match", responses=RevisionListSerializer)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    def get_serializer_class(self) -> type[ReadOnlySerializer]:
        renderer = getattr(self.request, "accepted_renderer", None)  # missing during schema generation
        return RevisionSumsSerializer if renderer and renderer.format == "csv" else RevisionSerializer

    def filter_queryset(self, queryset: Any) -> Any:
        match = match_or_404(self.kwargs["id"])
        self.meta, self.is_revealed = _meta(match), timezone.now() >= match.reveal_at
        return corrections.changes_of(match)[::-1]

    def paginate_queryset(self, queryset: Any) -> Any:
        return corrections.with_moves(super().paginate_queryset(queryset) or [], named=self.is_revealed)


def _meta(match: Match) -> dict[str, Any]:
    return RevisionMetaSerializer(
        {
            "match": match.pk,
            "kickoff_at": match.kickoff_at,
            "kickoff_time_known": match.kickoff_time_known,
            "kickoff_moves": match.kickoff_moves.order_by("pk"),
            "late_predictions": match.predictions.filter(late=True).count(),
        }
    ).data
