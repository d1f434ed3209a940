"""Base classes of all views of the API: read views are public and cached, write views require an API key."""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import mixins, serializers
from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated
from rest_framework.pagination import BasePagination
from rest_framework.permissions import BasePermission
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from core.api import etags, throttling
from core.api.exceptions import BadBody, RequestRefused
from core.api.pagination import Pages
from core.api.parsers import StrictJSONParser
from core.api.query_params import PageParameters, QueryParameters
from core.api.renderers import CSVRenderer, JSONRenderer
from core.api.throttling import READS, WRITES, RateLimit, RateLimitState


class ApiView(APIView):
    """Base class of all views: rejects undeclared parameters, and counts requests against a rate limit.

    `params` contains the values of the query parameters by name once the request is accepted.
    """

    rate_limit: ClassVar[RateLimit]
    rate_limit_state: RateLimitState | None = None
    params: dict[str, Any]

    def get_parameters(self) -> type[QueryParameters]:
        """Return the class that declares the query parameters of the requested operation."""
        return QueryParameters

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self._require_allowed_method(request)
        super().initial(request, *args, **kwargs)
        self.rate_limit_state = self.rate_limit.count(throttling.rate_limit_key(request))
        self.authorise(request)
        self.params = self.get_parameters().read(request.query_params)

    def authorise(self, request: Request) -> None:
        """Raise RequestRefused if the API key is not allowed to make this request."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.rate_limit_state:
            self.rate_limit_state.add_headers(response)
        return response

    def _require_allowed_method(self, request: Request) -> None:
        """Reject unsupported methods before authentication and parsing. Raises MethodNotAllowed."""
        method = str(request.method).lower()
        if method not in self.http_method_names or not hasattr(self, method):
            raise MethodNotAllowed(str(request.method))


class PublicView(ApiView):
    """Public read view (GET and HEAD): adds an ETag and caching headers to responses with status 200."""

    http_method_names = ["get", "head", "options"]
    rate_limit = READS

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code == 200:
            etags.allow_caching(response, private=request.auth is not None)
            response.add_post_render_callback(partial(etags.conditional, request))
        return response


class ListResource(PublicView, mixins.ListModelMixin, GenericViewSet[Any]):
    """A list, as JSON or CSV. Subclasses set `list_parameters`, which include the filters."""

    pagination_class: type[BasePagination] | None = Pages
    renderer_classes = [JSONRenderer, CSVRenderer]  # more than one, so the response varies with Accept
    list_parameters: ClassVar[type[QueryParameters]] = PageParameters

    def get_parameters(self) -> type[QueryParameters]:
        return self.list_parameters if self.action == "list" else QueryParameters

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.get_parameters().apply(queryset, self.params)

    def get_renderers(self) -> list[BaseRenderer]:
        return [
            renderer()
            for renderer in self.renderer_classes
            if self.action == "list" or renderer is JSONRenderer
        ]


class Resource(ListResource, mixins.RetrieveModelMixin):
    """A list, and the endpoint of one row."""


NO_KEY = "Submitting requires an API key: Authorization: Bearer fw_... (docs/api.md: how to get one)."


class WriteParameters(QueryParameters):
    """Parameters of every endpoint that stores something."""

    dry_run = serializers.BooleanField(required=False, help_text="Validate only; nothing is stored.")


class HasKey(BasePermission):
    """Require an API key. Raises NotAuthenticated."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.auth is None:
            raise NotAuthenticated(NO_KEY)
        return True


class WritingView(ApiView):
    """Base class of write views. Requires an API key with `scope`."""

    permission_classes = [HasKey]
    parser_classes = [StrictJSONParser]
    renderer_classes = [JSONRenderer]
    rate_limit = WRITES
    scope: ClassVar[str]

    def get_parameters(self) -> type[QueryParameters]:
        return WriteParameters

    def authorise(self, request: Request) -> None:
        scopes = throttling.api_key_of(request).scopes
        if self.scope not in scopes:
            detail = f"This key may not {self.scope}: its scopes are {', '.join(scopes)}."
            raise RequestRefused(403, "scope", detail)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def body(self, request: Request, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """Return the validated body. Raises BadBody, with all errors, if the body is invalid."""
        checked = shape(data=request.data)
        if not checked.is_valid():
            raise BadBody(list(flatten_errors(checked.errors)))
        values: dict[str, Any] = checked.validated_data
        return values


def flatten_errors(errors: Any, path: str = "") -> list[dict[str, Any]]:
    """Return DRF's nested errors as a flat list of {field, code, detail}.

    Errors of the whole body have the field `body`.
    """
    if isinstance(errors, Mapping):
        return [
            each for name, inner in errors.items() for each in flatten_errors(inner, _join(path, str(name)))
        ]
    return [{"field": path or "body", "code": each.code, "detail": str(each)} for each in errors]


def _join(path: str, name: str) -> str:
    if name == "non_field_errors":
        return path
    return f"{path}.{name}" if path else name
