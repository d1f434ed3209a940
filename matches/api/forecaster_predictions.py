"""API views of one forecaster's predictions: the list, and the current prediction of a match."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.exceptions import RequestRefused
from core.api.pagination import CursorParameters, Cursors
from core.api.renderers import JSONRenderer
from core.api.serializers import RowSerializer, moment
from core.api.throttling import api_key_of
from core.api.views import ListResource, PublicView
from matches.api.not_found import forecaster_or_404, match_or_404
from matches.api.reference import BeforeKickoff, TeamSerializer
from matches.models import ApiKey, Forecaster, Match, Prediction


class PredictedMatchSerializer(RowSerializer):
    """The match of a prediction."""

    home_team = TeamSerializer()
    away_team = TeamSerializer()

    class Meta:
        model = Match
        fields = [
            "id",
            "kickoff_at",
            "kickoff_time_known",
            "lock_at",
            "reveal_at",
            "status",
            "home_team",
            "away_team",
        ]


class OwnPredictionSerializer(RowSerializer):
    match = PredictedMatchSerializer()
    counts = serializers.SerializerMethodField(
        help_text="True if no later prediction before the lock replaced it."
    )

    seconds_before_kickoff = BeforeKickoff()

    class Meta:
        model = Prediction
        fields = [
            *["id", "match", "home_goals", "away_goals", "p_home", "p_draw", "p_away"],
            *["rationale", "model_version", "provenance", "submitted_at", "seconds_before_kickoff"],
            *["predicted_at", "superseded_at", "late", "after_exposure", "counts", "digest"],
        ]

    def get_counts(self, row: Prediction) -> bool:
        return row.superseded_at is None


class ForecasterPredictionViewSet(ListResource):
    """The predictions of a forecaster, newest first, including superseded ones.

    Without a key the list contains only revealed predictions (see `reveal_at` of the match). With a key of
    the forecaster that has the scope `read`, it also contains secret ones.
    """

    queryset = Prediction.objects.none()
    serializer_class = OwnPredictionSerializer
    pagination_class = Cursors
    list_parameters = CursorParameters
    key_shows_more = True

    @extend_schema(summary="Predictions of a forecaster")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Prediction]:
        forecaster = forecaster_or_404(self.kwargs["slug"])
        rows = Prediction.objects.filter(forecaster=forecaster)
        if not _may_read(api_key_of(self.request), forecaster):
            rows = rows.revealed(now=timezone.now())
        return rows.select_related("match__home_team", "match__away_team")


class PredictionView(PublicView):
    """The current prediction of a forecaster for a match.

    It is public from `reveal_at` on. Until then it requires a key of the forecaster with the scope `read`.
    Without a key of the forecaster the response is 404, whether or not a prediction exists.
    """

    renderer_classes = [JSONRenderer]

    def get(self, request: Request, id: int, forecaster: str) -> Response:
        match, owner = match_or_404(id), forecaster_or_404(forecaster)
        key, now = api_key_of(request), timezone.now()
        current = Prediction.objects.current().filter(match=match, forecaster=owner)
        rows = current if _may_read(key, owner) else current.revealed(now=now)
        row = rows.select_related("match__home_team", "match__away_team").first()
        if row is not None:
            return Response(OwnPredictionSerializer(row).data)
        if now >= match.reveal_at:
            raise Http404(f"{forecaster} has no current prediction of match {id}.")
        _require_scope(key, owner)
        raise Http404(
            f"No public prediction of match {id} by {forecaster}. Until {moment(match.reveal_at)}, reading"
            " one requires a key of the forecaster with the scope read."
        )


def _require_scope(key: ApiKey | None, forecaster: Forecaster) -> None:
    """Raise RequestRefused (403) if the key belongs to the forecaster and lacks the scope `read`."""
    if key is not None and ApiKey.Scope.READ not in key.scopes and _is_of(key, forecaster):
        has = ", ".join(key.scopes)
        raise RequestRefused(403, "scope", f"This key lacks the scope `read`; it has: {has}.")


def _is_of(key: ApiKey, forecaster: Forecaster) -> bool:
    return key.forecasters.filter(pk=forecaster.pk).exists()


def _may_read(key: ApiKey | None, forecaster: Forecaster) -> bool:
    return key is not None and ApiKey.Scope.READ in key.scopes and _is_of(key, forecaster)
