"""The view that endpoints which store something build on: with a key, limited, strict, and never cached."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import methods, throttling
from core.api.errors import BadBody, RequestRefused
from core.api.json import JSONRenderer
from core.api.parsers import StrictJSONParser
from core.api.query_params import QueryParameters
from core.api.throttling import WRITES, RateLimitState

NO_KEY = "Submitting needs an API key: Authorization: Bearer fw_... (docs/api.md says who makes them)."


class WriteParameters(QueryParameters):
    """Of every endpoint that stores something."""

    dry_run = serializers.BooleanField(required=False, help_text="Check only: store nothing.")


class HasKey(BasePermission):
    """Who stores something shows a key. Raises NotAuthenticated."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.auth is None:
            raise NotAuthenticated(NO_KEY)
        return True


class WritingView(APIView):
    """`params` holds the query parameters, `request.auth` a key with the view's scope."""

    permission_classes = [HasKey]
    parser_classes = [StrictJSONParser]
    renderer_classes = [JSONRenderer]
    scope: ClassVar[str]
    params: dict[str, Any]
    spent: RateLimitState | None = None

    def get_parameters(self) -> type[QueryParameters]:
        return WriteParameters

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        methods.require_allowed_method(self, request)
        super().initial(request, *args, **kwargs)
        self.spent = WRITES.spend(throttling.rate_limit_key(request))
        scopes = throttling.api_key_of(request).scopes
        if self.scope not in scopes:
            say = f"This key may not {self.scope}: its scopes are {', '.join(scopes)}."
            raise RequestRefused(403, "scope", say)
        self.params = self.get_parameters().read(request.query_params)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.spent:
            self.spent.put_on(response)
        response["Cache-Control"] = "no-store"
        return response

    def body(self, request: Request, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The body's values. Raises BadBody with all that is wrong."""
        checked = shape(data=request.data)
        if not checked.is_valid():
            raise BadBody(list(flatten_errors(checked.errors)))
        values: dict[str, Any] = checked.validated_data
        return values


def flatten_errors(errors: Any, path: str = "") -> list[dict[str, Any]]:
    """DRF's nested errors as {field, code, detail}; what is wrong with the whole has the field `body`."""
    if isinstance(errors, Mapping):
        return [
            each for name, inner in errors.items() for each in flatten_errors(inner, _join(path, str(name)))
        ]
    return [{"field": path or "body", "code": each.code, "detail": str(each)} for each in errors]


def _join(path: str, name: str) -> str:
    if name == "non_field_errors":
        return path
    return f"{path}.{name}" if path else name
