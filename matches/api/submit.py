"""PUT /matches/{id}/predictions/{forecaster}/: submit a prediction."""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.exceptions import RequestRefused
from core.api.query_params import QueryParameters
from core.api.throttling import api_key_of
from core.api.views import WritingView
from matches import idempotency
from matches.api.forecaster_predictions import OwnPredictionSerializer, PredictionView
from matches.api.serializers import PickSerializer, ReceiptSerializer, as_new, receipt
from matches.models import ApiKey, Forecaster, Match
from matches.services import submissions
from matches.services.predictions import NewPrediction
from matches.services.submissions import AcceptedPrediction, RefusedPrediction

STATUS = {
    "match-unknown": HTTPStatus.NOT_FOUND,
    "forecaster-unknown": HTTPStatus.NOT_FOUND,
    "forecaster-retired": HTTPStatus.FORBIDDEN,
    "prediction-locked": HTTPStatus.CONFLICT,
    "duplicate": HTTPStatus.CONFLICT,
}
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": idempotency.LONGEST},
    location=OpenApiParameter.HEADER,
    description="Up to 100 characters. For a day, the same request with the same key gets the same response.",
)


class PredictingView(WritingView):
    """Base class of views that store predictions for the forecasters of an API key."""

    scope = ApiKey.Scope.PREDICT

    @property
    def dry_run(self) -> bool:
        return bool(self.params["dry_run"])

    def once(self, request: Request, make: Callable[[], idempotency.StatusAndBody]) -> Response:
        """Call `make` and return its response, or the stored one if the Idempotency-Key was used before.

        Raises RequestRefused if the Idempotency-Key is invalid, or was used for a different request.
        """
        name = request.headers.get("Idempotency-Key")
        if name is not None and not 0 < len(name) <= idempotency.LONGEST:
            raise RequestRefused(
                400, "idempotency-key", f"An Idempotency-Key must have 1 to {idempotency.LONGEST} characters."
            )
        if name is None or self.dry_run:
            status, body = make()
            return Response(body, status=status)
        try:
            (status, body), is_replayed = idempotency.once(
                api_key_of(request), name, request=_fingerprint(request), now=timezone.now(), make=make
            )
        except idempotency.KeyReused as reused:
            raise RequestRefused(422, "idempotency-key-reused", str(reused)) from reused
        return Response(body, status=status, headers={"Idempotency-Replayed": "true"} if is_replayed else {})


class SubmitView(PredictingView):
    """Submit a prediction, or replace it: the last one before the lock counts.

    Sending the same prediction again changes nothing. The response is a receipt. Its status is 201 for the
    first prediction, and 200 if the prediction supersedes an earlier one or is unchanged. After the lock the
    response is 409 `prediction-locked`; the server's clock decides.
    """

    http_method_names = ["get", "head", "put", "options"]
    key_shows_more = True  # GET

    def get_parameters(self) -> type[QueryParameters]:
        return QueryParameters if self.request.method == "GET" else super().get_parameters()

    def get_permissions(self) -> Sequence[Any]:
        """Return the permissions: PUT requires an API key, GET does not.

        Those of GET are used only by the OpenAPI schema, because `dispatch` passes GET requests to
        PredictionView.
        """
        return [AllowAny()] if self.request.method == "GET" else super().get_permissions()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Pass GET and HEAD to PredictionView, which requires no key and has its own throttling."""
        if request.method in ("GET", "HEAD"):
            return PredictionView.as_view()(request, *args, **kwargs)
        return super().dispatch(request, *args, **kwargs)

    @extend_schema(
        summary="Current prediction of a forecaster",
        description=PredictionView.__doc__,
        responses=OwnPredictionSerializer,
    )
    def get(self, request: Request, id: int, forecaster: str) -> Response:
        """Add GET to the OpenAPI schema. Never called: `dispatch` passes GET requests to PredictionView."""
        raise NotImplementedError

    @extend_schema(
        summary="Submit a prediction",
        request=PickSerializer,
        parameters=[IDEMPOTENCY],
        responses={200: ReceiptSerializer, 201: ReceiptSerializer},
    )
    def put(self, request: Request, id: int, forecaster: str) -> Response:
        key = api_key_of(request)
        owner = key.forecasters.filter(slug=forecaster).first()
        if owner is None:
            raise not_of_key(forecaster)
        if not Match.objects.filter(pk=id).exists():
            raise as_exception(submissions.unknown_match(id))
        new = as_new(self.body(request, PickSerializer), match_id=id, forecaster_id=owner.pk)
        return self.once(request, lambda: self._submit(new, owner))

    def _submit(self, new: NewPrediction, owner: Forecaster) -> idempotency.StatusAndBody:
        (result,) = submissions.submit([new], now=timezone.now(), dry_run=self.dry_run)
        if not isinstance(result, AcceptedPrediction):
            raise as_exception(result)
        return status_of(result), receipt(result, slug=owner.slug, dry_run=self.dry_run)


def as_exception(refused: RefusedPrediction) -> RequestRefused:
    return RequestRefused(STATUS[refused.code], refused.code, refused.reason)


def not_of_key(slug: str) -> RequestRefused:
    """Return the error for a forecaster that does not belong to the API key, or does not exist."""
    if Forecaster.objects.filter(slug=slug).exists():
        return RequestRefused(403, "forecaster-foreign", f"This key is not valid for {slug}.")
    return as_exception(submissions.unknown_forecaster(slug))


def status_of(accepted: AcceptedPrediction) -> int:
    return HTTPStatus.CREATED if accepted.state == "created" else HTTPStatus.OK


def _fingerprint(request: Request) -> str:
    """Return a hash of method, URL and parsed body, which is the same for equal requests."""
    text = json.dumps([request.method, request.get_full_path(), request.data], sort_keys=True)
    return sha256(text.encode()).hexdigest()
