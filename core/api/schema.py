"""GET /api/v1/ and /api/schema/: index and OpenAPI schema.

The schema extends drf-spectacular's view and rejects unknown query parameters.
"""

import threading
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.encoding import force_bytes
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.renderers import JSONRenderer
from core.api.views import PublicView
from core.http.links import absolute

LISTS = {
    "leaderboard": "leaderboard-list",
    "standings": "standings-list",
    "competitions": "competition-list",
    "seasons": "season-list",
    "stages": "stage-list",
    "teams": "team-list",
    "forecasters": "forecaster-list",
    "matches": "match-list",
    "ties": "tie-list",
    "predictions": "scored-prediction-list",
    "commitments": "commitment-list",
    "corrections": "correction-list",
    "roundups": "roundup-list",
    "digests": "digest-list",
    "status": "status",
    "schema": "schema",
    "docs": "docs",
}


class IndexView(PublicView):
    """The URLs of all lists."""

    renderer_classes = [JSONRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response({name: absolute(reverse(f"api:{route}")) for name, route in LISTS.items()})


_lock = threading.Lock()


@cache
def _generated() -> dict[str, Any]:
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema


def document() -> dict[str, Any]:
    """Return the OpenAPI schema, which the first call generates. One thread at a time, as in `_cached`."""
    with _lock:
        return _generated()


@cache
def _rendered(renderer: type[BaseRenderer]) -> bytes:
    return force_bytes(renderer().render(_generated(), renderer_context={}))


def _cached(renderer: type[BaseRenderer]) -> type[BaseRenderer]:
    """Return a subclass of this renderer that returns the same bytes for every request.

    This is possible because the schema does not depend on the request. A lock serialises the calls, because
    drf-spectacular is not thread-safe until its first schema is complete.
    """

    class Cached(renderer):  # type: ignore[valid-type, misc]
        def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
            with _lock:
                return _rendered(renderer)  # type: ignore[arg-type]  # classes are hashable

    return Cached


class SchemaView(PublicView, SpectacularAPIView):
    """OpenAPI schema. It has one version and one language, so `?version=` and `?lang=` are rejected."""

    renderer_classes = [_cached(each) for each in SpectacularAPIView.renderer_classes]

    def _get_schema_response(self, request: Request) -> Response:
        name = self._get_filename(request, None)  # type: ignore[no-untyped-call]
        return Response(headers={"Content-Disposition": f'inline; filename="{name}"'})
