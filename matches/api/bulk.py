"""POST /predictions/bulk/: submit up to 500 predictions, each accepted or refused on its own."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.exceptions import BadBody, RequestRefused
from core.api.serializers import ReadOnlySerializer
from core.api.throttling import api_key_of
from core.api.views import flatten_errors
from matches.api.serializers import PickSerializer, ReceiptSerializer, as_new, receipt
from matches.api.submit import IDEMPOTENCY, PredictingView, as_exception, not_of_key, status_of
from matches.models import ApiKey, Forecaster
from matches.services import submissions
from matches.services.predictions import NewPrediction
from matches.services.submissions import AcceptedPrediction, SubmissionResult

MAX_ITEMS = 500


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

    predictions = serializers.ListField(child=ItemSerializer(), min_length=1, max_length=MAX_ITEMS)


class ItemErrorSerializer(ReadOnlySerializer):
    """Reason why a prediction was rejected."""

    code = serializers.CharField()
    detail = serializers.CharField()
    errors = serializers.ListField(
        child=serializers.DictField(), required=False, help_text="All invalid fields."
    )  # type: ignore[assignment] # a field


class ItemResultSerializer(ReadOnlySerializer):
    """Result for one prediction; `index` is its position in the request, from 0."""

    index = serializers.IntegerField()
    status = serializers.IntegerField(help_text="Status code that a single request would have had.")
    receipt = ReceiptSerializer(required=False)
    error = ItemErrorSerializer(required=False)


class BulkResultSerializer(ReadOnlySerializer):
    """Results of a bulk request."""

    taken = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = ItemResultSerializer(many=True)


class BulkView(PredictingView):
    """Submit up to 500 predictions. Each is accepted or rejected on its own.

    `results` are in the order of the request. The response status is 200 if the body is valid JSON with 1 to
    500 predictions, even if all of them are rejected: check the `status` of each result.
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
        valid: dict[int, NewPrediction] = {}
        forecasters = {each.slug: each for each in key.forecasters.all()}
        for index, item in enumerate(items):
            try:
                valid[index] = _validate(item, forecasters)
            except BadBody as bad:
                results[index] = _error(422, "invalid", "The prediction is not valid.", bad.errors)
            except RequestRefused as refused:
                results[index] = _refused(refused)
        submitted = submissions.submit([*valid.values()], now=timezone.now(), dry_run=self.dry_run)
        slugs = {each.pk: slug for slug, each in forecasters.items()}
        for index, result in zip(valid, submitted, strict=True):
            results[index] = _item_result(result, slugs, dry_run=self.dry_run)
        ordered = [{"index": index, **results[index]} for index in range(len(items))]
        accepted = sum("receipt" in each for each in ordered)
        return {"taken": accepted, "refused": len(ordered) - accepted, "results": ordered}


def _items(data: Any) -> list[Any]:
    """Return the items of the request body.

    They are not validated here, because an invalid item must not reject the others. Raises BadBody if the
    body is not an object with a list of 1 to MAX_ITEMS `predictions`.
    """
    items = data.get("predictions") if isinstance(data, dict) and set(data) == {"predictions"} else None
    if not isinstance(items, list) or not 0 < len(items) <= MAX_ITEMS:
        found = f", not {len(items)}" if isinstance(items, list) else ""
        detail = f'Send {{"predictions": [...]}} with 1 to {MAX_ITEMS} predictions{found}.'
        raise BadBody([{"field": "predictions", "code": "length", "detail": detail}])
    return items


def _validate(item: Any, forecasters: dict[str, Forecaster]) -> NewPrediction:
    """Validate one item; its forecaster must be one of `forecasters`. Raises BadBody or RequestRefused."""
    checked = ItemSerializer(data=item)
    if not checked.is_valid():
        raise BadBody(flatten_errors(checked.errors))
    values = checked.validated_data
    forecaster = forecasters.get(values["forecaster"])
    if forecaster is None:
        raise not_of_key(values["forecaster"])
    return as_new(values, match_id=values["match"], forecaster_id=forecaster.pk)


def _item_result(result: SubmissionResult, slugs: dict[int, str], *, dry_run: bool) -> dict[str, Any]:
    if isinstance(result, AcceptedPrediction):
        slug = slugs[result.prediction.forecaster_id]
        return {"status": int(status_of(result)), "receipt": receipt(result, slug=slug, dry_run=dry_run)}
    return _refused(as_exception(result))


def _refused(refused: RequestRefused) -> dict[str, Any]:
    return _error(refused.status_code, refused.code, str(refused.detail))


def _error(status: int, code: str, detail: str, errors: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    error = {"code": code, "detail": detail} | ({"errors": list(errors)} if errors else {})
    return {"status": int(status), "error": error}
