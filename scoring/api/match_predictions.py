"""GET /api/v1/matches/{id}/predictions/: the predictions of a match with points and scores."""

from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.pagination import EnvelopeSerializer
from core.api.serializers import Rounded, RowSerializer
from core.api.views import ListResource
from matches.api.llm_questions import LockMetaSerializer
from matches.api.not_found import match_or_404
from matches.api.reference import BeforeKickoff, ForecasterRefSerializer
from matches.models import Match, Prediction
from scoring.models import Score


class BreakdownSerializer(RowSerializer):
    """Points by category: correct result, correct goal difference, exact score."""

    class Meta:
        model = Score
        fields = ["tendency_points", "goal_difference_points", "exact_points"]


class PredictionSerializer(RowSerializer):
    forecaster = ForecasterRefSerializer()
    points = serializers.IntegerField(
        source="score.points",
        allow_null=True,
        help_text="0 to 10; null before scoring, or without a predicted score.",
    )
    breakdown = BreakdownSerializer(source="score", allow_null=True, help_text="Null before scoring.")
    rps = Rounded(source="score.rps", allow_null=True)
    brier = Rounded(source="score.brier", allow_null=True)
    log_score = Rounded(source="score.log_score", allow_null=True)
    seconds_before_kickoff = BeforeKickoff()

    class Meta:
        model = Prediction
        fields = [
            *["id", "forecaster", "home_goals", "away_goals", "p_home", "p_draw", "p_away"],
            *["points", "breakdown", "rps", "brier", "log_score"],
            *["provenance", "after_exposure", "submitted_at", "seconds_before_kickoff"],
            *["predicted_at", "digest", "rationale"],
        ]


class FieldMetaSerializer(LockMetaSerializer):
    submitted = serializers.SerializerMethodField(help_text="Number of predictions, shown or not.")
    void = serializers.BooleanField(
        source="is_void", help_text="True if the match is void: no one scores points."
    )

    def get_submitted(self, match: Match) -> int:
        return match.predictions.current().count()


@extend_schema_serializer(many=False)
class PredictionListSerializer(EnvelopeSerializer):
    """Predictions of all forecasters for a match."""

    meta = FieldMetaSerializer()
    results = PredictionSerializer(many=True)


class MatchPredictionViewSet(ListResource):
    """All current predictions of a match, most points first.

    Before `reveal_at` the list is empty and `meta.submitted` is the number of predictions. Superseded
    predictions are not shown.

    `provenance` is `live` if the prediction was received here before the lock, `archive` if it was imported
    afterwards from a published source, and `hindsight` if it was made after the kickoff. Hindsight
    predictions do not affect the quotas. `after_exposure` is true if a live prediction was received after
    predictions of the match had been public.
    """

    queryset = Prediction.objects.none()
    serializer_class = PredictionSerializer

    @extend_schema(summary="Predictions of a match", responses=PredictionListSerializer)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Prediction]:
        match = match_or_404(self.kwargs["id"])
        current = Prediction.objects.current().filter(match=match)
        now = timezone.now()
        self.meta = FieldMetaSerializer(match, context={"now": now}).data
        return with_scores(current) if now >= match.reveal_at else current.none()


def with_scores(predictions: QuerySet[Prediction]) -> QuerySet[Prediction]:
    """Select each prediction with match, forecaster and score; order by points, then RPS, best first."""
    return predictions.select_related("match", "forecaster", "score").order_by(
        F("score__points").desc(nulls_last=True),
        F("score__rps").asc(nulls_last=True),
        "forecaster__name",
        "pk",
    )
