"""GET /api/schema/ and /api/docs/: drf-spectacular's views, as strict about their parameters as our own."""

from typing import Any

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.query_params import QueryParameters
from core.api.views import PublicView


class SchemaView(PublicView, SpectacularAPIView):
    """The OpenAPI schema: one version, in one language, so that `?version=` and `?lang=` are refused."""


class DocsParameters(QueryParameters):
    script = serializers.CharField(required=False, allow_blank=True)  # the page asks for its own script so


class DocsView(PublicView, SpectacularSwaggerSplitView):
    """The schema to click through."""

    http_method_names = ["get", "head"]  # a page has no OPTIONS: there is no template to show them
    url_name = "api:schema"
    template_name = "api/docs.html"  # without inline styles

    def get_parameters(self) -> type[QueryParameters]:
        return DocsParameters

    @extend_schema(exclude=True)  # it is a page
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        response["Cache-Control"] = "private, no-cache"  # its script holds the reader's own CSRF token
        return response
