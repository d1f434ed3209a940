"""GET /api/schema/ and /api/docs/: drf-spectacular's views with strict validation of parameters."""

from typing import Any

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.query_params import QueryParameters
from core.api.views import PublicView


class SchemaView(PublicView, SpectacularAPIView):
    """OpenAPI schema. It has one version and one language, so `?version=` and `?lang=` are rejected."""


class DocsParameters(QueryParameters):
    script = serializers.CharField(required=False, allow_blank=True)  # the page loads its script with this


class DocsView(PublicView, SpectacularSwaggerSplitView):
    """Interactive documentation of the API."""

    http_method_names = ["get", "head"]  # no OPTIONS: DRF has no template to render it
    url_name = "api:schema"
    template_name = "api/docs.html"  # without inline styles

    def get_parameters(self) -> type[QueryParameters]:
        return DocsParameters

    @extend_schema(exclude=True)  # it is a page
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        response["Cache-Control"] = "private, no-cache"  # its script contains the client's CSRF token
        return response
