"""PUT /matches/{id}/predictions/{forecaster}/ and POST /predictions/bulk/: submitting predictions."""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from http import HTTPStatus
from typing import Any, NoReturn

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.exceptions import BadBody, RequestRefused
from core.api.query_params import QueryParameters
from core.api.serializers import ReadOnlySerializer
from core.api.throttling import api_key_of
from core.api.views import WritingView, flatten_errors
from matches import idempotency
from matches.api.forecaster_predictions import OwnPredictionSerializer, PredictionView
from matches.api.serializers import PickSerializer, ReceiptSerializer, as_new, receipt
from matches.models import ApiKey, Forecaster, Match
from matches.services import submissions
from matches.services.predictions import NewPrediction
from matches.services.submissions import AcceptedPrediction

MOST = 500
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
    description="Up to 100 characters: the same request with the same key is answered the same for a day.",
)


class PredictingView(WritingView):
    """Base class of views that store predictions for the forecasters of an API key."""

    scope = ApiKey.Scope.PREDICT

    @property
    def dry_run(self) -> bool:
        return bool(self.params["dry_run"])

    def once(self, request: Request, make: Callable[[], idempotency.Given]) -> Response:
        """Return the response of `make`, or the stored one if the Idempotency-Key was used before.

        Raises RequestRefused if the key is invalid, or was used for a different request.
        """
        name = request.headers.get("Idempotency-Key")
        if name is not None and not 0 < len(name) <= idempotency.LONGEST:
            raise RequestRefused(
                400, "idempotency-key", f"An Idempotency-Key has 1 to {idempotency.LONGEST} characters."
            )
        if name is None or self.dry_run:
            status, body = make()
            return Response(body, status=status)
        try:
            (status, body), again = idempotency.once(
                api_key_of(request), name, request=_fingerprint(request), now=timezone.now(), make=make
            )
        except idempotency.Reused as reused:
            raise RequestRefused(422, "idempotency-key-reused", str(reused)) from reused
        return Response(body, status=status, headers={"Idempotency-Replayed": "true"} if again else None)


class SubmitView(PredictingView):
    """Submit a prediction, or replace it: the last one before the lock counts.

    Sending the same prediction again changes nothing. The response is a receipt: 201 for the first
    prediction, 200 for one that supersedes an earlier one or is unchanged. After the lock the response is 409
    `prediction-locked`; the clock of our database decides.
    """

    http_method_names = ["get", "head", "put", "options"]

    def get_parameters(self) -> type[QueryParameters]:
        return QueryParameters if self.request.method == "GET" else super().get_parameters()

    def get_permissions(self) -> Sequence[Any]:
        """Require no key for GET. Only the schema generator sees this case; see `dispatch`."""
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
        """Document the operation in the schema; `dispatch` passes the request to PredictionView."""
        raise NotImplementedError

    @extend_schema(
        summary="Submit a prediction",
        request=PickSerializer,
        parameters=[IDEMPOTENCY],
        responses={200: ReceiptSerializer, 201: ReceiptSerializer},
    )
    def put(self, request: Request, id: int, forecaster: str) -> Response:
        who = _forecaster(forecaster, api_key_of(request))
        if not Match.objects.filter(pk=id).exists():
            raise RequestRefused(
                404, "match-unknown", f"There is no match {id}; /api/v1/matches/ lists them."
            )
        new = as_new(self.body(request, PickSerializer), match_id=id, forecaster_id=who.pk)
        return self.once(request, lambda: self._submit(new, who))

    def _submit(self, new: NewPrediction, who: Forecaster) -> idempotency.Given:
        (answer,) = submissions.submit([new], now=timezone.now(), dry_run=self.dry_run)
        if not isinstance(answer, AcceptedPrediction):
            raise RequestRefused(STATUS[answer.code], answer.code, answer.reason)
        return _status(answer), receipt(answer, slug=who.slug, dry_run=self.dry_run)


class MatchId(serializers.IntegerField):
    """Match id as a number; strings are rejected."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=10**18 - 1, **options)

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return data


class ItemSerializer(PickSerializer):
    """One prediction of a bulk request, with its forecaster and match."""

    match = MatchId()
    forecaster = serializers.SlugField(max_length=50)


class BulkSerializer(ReadOnlySerializer):
    """A bulk request of up to 500 predictions."""

    predictions = serializers.ListField(child=ItemSerializer(), min_length=1, max_length=MOST)


class ItemErrorSerializer(ReadOnlySerializer):
    """Reason why a prediction was rejected."""

    code = serializers.CharField()
    detail = serializers.CharField()
    errors = serializers.ListField(
        child=serializers.DictField(), required=False, help_text="Each field that is wrong."
    )  # type: ignore[assignment] # a field


class ItemResultSerializer(ReadOnlySerializer):
    """Result for one prediction; `index` is its position in the request, from 0."""

    index = serializers.IntegerField()
    status = serializers.IntegerField(help_text="What a request of its own would have been answered.")
    receipt = ReceiptSerializer(required=False)
    error = ItemErrorSerializer(required=False)


class BulkResultSerializer(ReadOnlySerializer):
    """Results of a bulk request."""

    taken = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = ItemResultSerializer(many=True)


class BulkView(PredictingView):
    """Submit up to 500 predictions. Each is accepted or rejected on its own; `results` are in the same order.

    The status is 200 if the request can be read, even if all predictions are rejected: check each `status`.
    """

    http_method_names = ["post", "options"]

    @extend_schema(
        summary="Submit many predictions",
        request=BulkSerializer,
        parameters=[IDEMPOTENCY],
        responses={200: BulkResultSerializer},
    )
    def post(self, request: Request) -> Response:
        items = _items(request.data)
        return self.once(request, lambda: (HTTPStatus.OK, self._submit(items, api_key_of(request))))

    def _submit(self, items: Sequence[Any], key: ApiKey) -> dict[str, Any]:
        results: dict[int, dict[str, Any]] = {}
        wanted: dict[int, NewPrediction] = {}
        forecasters = {each.slug: each for each in key.forecasters.all()}
        for index, item in enumerate(items):
            try:
                wanted[index] = _read(item, forecasters)
            except BadBody as bad:
                results[index] = _error(422, "invalid", "The prediction is not valid.", bad.errors)
            except RequestRefused as refused:
                results[index] = _error(refused.status_code, refused.code, str(refused.detail))
        answers = submissions.submit([*wanted.values()], now=timezone.now(), dry_run=self.dry_run)
        slugs = {each.pk: slug for slug, each in forecasters.items()}
        for index, answer in zip(wanted, answers, strict=True):
            results[index] = _result(answer, slugs, dry_run=self.dry_run)
        ordered = [{"index": index, **results[index]} for index in range(len(items))]
        taken = sum("receipt" in each for each in ordered)
        return {"taken": taken, "refused": len(ordered) - taken, "results": ordered}


def _items(data: Any) -> list[Any]:
    """Return the list of items, not validated: an invalid item must not reject the others. Raises BadBody."""
    items = data.get("predictions") if isinstance(data, dict) and set(data) == {"predictions"} else None
    if not isinstance(items, list) or not 0 < len(items) <= MOST:
        found = f", not {len(items)}" if isinstance(items, list) else ""
        say = f'Send {{"predictions": [...]}} with 1 to {MOST} predictions{found}.'
        raise BadBody([{"field": "predictions", "code": "length", "detail": say}])
    return items


def _read(item: Any, forecasters: dict[str, Forecaster]) -> NewPrediction:
    """Validate one item, for a forecaster of the key. Raises BadBody or RequestRefused."""
    checked = ItemSerializer(data=item)
    if not checked.is_valid():
        raise BadBody(flatten_errors(checked.errors))
    values = checked.validated_data
    who = forecasters.get(values["forecaster"]) or _raise_unknown_or_foreign(values["forecaster"])
    return as_new(values, match_id=values["match"], forecaster_id=who.pk)


def _forecaster(slug: str, key: ApiKey) -> Forecaster:
    return key.forecasters.filter(slug=slug).first() or _raise_unknown_or_foreign(slug)


def _raise_unknown_or_foreign(slug: str) -> NoReturn:
    if Forecaster.objects.filter(slug=slug).exists():
        raise RequestRefused(403, "forecaster-foreign", f"This key may not act for {slug}.")
    raise RequestRefused(
        404, "forecaster-unknown", f"There is no forecaster {slug}; /api/v1/forecasters/ lists them."
    )


def _result(answer: submissions.Answer, slugs: dict[int, str], *, dry_run: bool) -> dict[str, Any]:
    if isinstance(answer, AcceptedPrediction):
        slug = slugs[answer.prediction.forecaster_id]
        return {"status": _status(answer), "receipt": receipt(answer, slug=slug, dry_run=dry_run)}
    return _error(STATUS[answer.code], answer.code, answer.reason)


def _error(status: int, code: str, detail: str, errors: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    error = {"code": code, "detail": detail} | ({"errors": list(errors)} if errors else {})
    return {"status": int(status), "error": error}


def _status(taken: AcceptedPrediction) -> int:
    return HTTPStatus.CREATED if taken.state == "created" else HTTPStatus.OK


def _fingerprint(request: Request) -> str:
    """Return a hash that identifies equal requests: same method, URL and parsed body."""
    text = json.dumps([request.method, request.get_full_path(), request.data], sort_keys=True)
    return sha256(text.encode()).hexdigest()
