"""API views of commitments to the predictions of locked matches, and of proofs (docs/proofs.md)."""

from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.query_params import Moment, PageParameters
from core.api.renderers import JSONRenderer
from core.api.serializers import ReadOnlySerializer, RowSerializer, moment
from core.api.views import ListResource, PublicView
from matches.api.not_found import match_or_404
from matches.commitments import prediction_log
from matches.models import Commitment, Forecaster, Match, Prediction, Timestamp


class TimestampSerializer(RowSerializer):
    """Time at which a timestamp authority confirmed that the root of a commitment existed."""

    class Meta:
        model = Timestamp
        fields = ["authority", "stated_at"]


class CommitmentSerializer(RowSerializer):
    """Merkle root over the log of live predictions of a match, with a description of the match."""

    match = serializers.JSONField(
        source="about", help_text="The match as described when the commitment was published."
    )
    timestamp = TimestampSerializer(allow_null=True, help_text="Null if no authority has confirmed it.")

    class Meta:
        model = Commitment
        fields = [
            *["match", "number", "size", "root", "locked_at", "committed_at", "before_result", "timestamp"],
        ]


# Loads the timestamp, but not the signed response, which is large.
COMMITMENTS = Commitment.objects.select_related("timestamp").defer("timestamp__answer")


class CommitmentParameters(PageParameters):
    since = Moment(help_text="Committed at or after this date or datetime (UTC).")

    conditions = {"since": lambda moment: Q(committed_at__gte=moment)}


class CommitmentViewSet(ListResource):
    """All commitments, newest first. Keep your own copy: it is evidence that this site cannot alter."""

    queryset = COMMITMENTS.order_by("-committed_at", "-pk")
    serializer_class = CommitmentSerializer
    list_parameters = CommitmentParameters

    @extend_schema(summary="Commitments")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


class MatchCommitmentView(PublicView):
    """The newest commitment to the predictions of a match. There can be several if the kickoff was moved."""

    renderer_classes = [JSONRenderer]

    @extend_schema(summary="Commitment to the predictions of a match", responses=CommitmentSerializer)
    def get(self, request: Request, id: int) -> Response:
        return Response(CommitmentSerializer(_newest_commitment(match_or_404(id))).data)


class TextRenderer(BaseRenderer):
    """Renderer of plain text."""

    media_type, format, charset = "text/plain", "txt", "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> str:
        return str(data)


class TimestampRenderer(BaseRenderer):
    """Renderer of a binary timestamp response."""

    media_type, format, charset, render_style = "application/timestamp-reply", "tsr", None, "binary"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        return bytes(data)


class NonJSONView(PublicView):
    """Base class of views with responses other than JSON. Responses to OPTIONS are JSON."""

    def get_renderers(self) -> list[BaseRenderer]:
        is_options = self.request is not None and self.request.method == "OPTIONS"
        return [JSONRenderer()] if is_options else super().get_renderers()


class TimestampView(NonJSONView):
    """Timestamp response for the newest commitment, for `openssl ts -verify` (docs/proofs.md)."""

    renderer_classes = [TimestampRenderer]

    @extend_schema(
        summary="Timestamp of the commitment to a match",
        responses={(200, "application/timestamp-reply"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, id: int) -> Response:
        stamp = Timestamp.objects.filter(commitment=_newest_commitment(match_or_404(id))).first()
        if stamp is None:
            raise Http404("No timestamp authority has confirmed this commitment.")
        return Response(stamp.answer)


class LogView(NonJSONView):
    """The log of the newest commitment: one line per prediction (position, forecaster, digest).

    If the Merkle tree over these lines has the published root, no line is missing. Not available before the
    predictions are revealed.
    """

    renderer_classes = [TextRenderer]

    @extend_schema(
        summary="Log of the predictions of a match", responses={(200, "text/plain"): OpenApiTypes.STR}
    )
    def get(self, request: Request, id: int) -> Response:
        commitment = _newest_commitment(_revealed_match(id))
        return Response("".join(f"{line}\n" for line in prediction_log.log_lines(id, commitment.size)))


class SealedForecasterSerializer(RowSerializer):
    class Meta:
        model = Forecaster
        fields = ["id", "slug"]


class SealedSerializer(RowSerializer):
    """All values of a prediction that its digest covers, unrounded."""

    forecaster = SealedForecasterSerializer()
    match = serializers.IntegerField(source="match_id")

    class Meta:
        model = Prediction
        fields = [
            *["match", "forecaster", "home_goals", "away_goals", "p_home", "p_draw", "p_away"],
            *["predicted_at", "submitted_at", "provenance", "model_version", "rationale", "salt"],
        ]


class ProofSerializer(ReadOnlySerializer):
    """A prediction, its digest, and the audit path to the root."""

    prediction = SealedSerializer()
    form = serializers.CharField(help_text="Canonical form of the prediction. Its SHA-256 is the digest.")
    digest = serializers.CharField(source="prediction.digest")
    position = serializers.IntegerField(help_text="Position in the log, from 1.")
    leaf = serializers.CharField(help_text="The line in the log.")
    path = serializers.ListField(
        child=serializers.CharField(), help_text="Sibling hashes from the leaf to the root."
    )
    commitment = CommitmentSerializer()


class ProofView(PublicView):
    """Proof that a forecaster's current live prediction of a match is included in the newest commitment.

    Not available before the predictions are revealed. Verify it with docs/examples/verify.py and a copy of
    the root that you did not get from this site.
    """

    renderer_classes = [JSONRenderer]

    @extend_schema(summary="Proof of a prediction", responses=ProofSerializer)
    def get(self, request: Request, id: int, forecaster: str) -> Response:
        match = _revealed_match(id)
        rows = Prediction.objects.current().filter(match=match, forecaster__slug=forecaster)
        row = rows.select_related("forecaster").first()
        if row is None:
            raise Http404(f"{forecaster} has no current prediction of match {id}.")
        try:
            return Response(ProofSerializer(prediction_log.prove(row)).data)
        except prediction_log.NotCommitted as reason:
            raise Http404(str(reason)) from reason


def _revealed_match(pk: int) -> Match:
    """Return the match. Raises Http404 if it does not exist, or if its predictions are still secret."""
    match = match_or_404(pk)
    if timezone.now() < match.reveal_at:
        raise Http404(f"The predictions of match {pk} are secret until {moment(match.reveal_at)}.")
    return match


def _newest_commitment(match: Match) -> Commitment:
    """Return the newest commitment to the predictions of the match.

    Raises Http404 if the match has no commitment.
    """
    commitment = prediction_log.newest_commitment(match.pk)
    if commitment is None:
        raise Http404(f"No commitment: match {match.pk} has no live predictions, or is not locked yet.")
    return commitment
