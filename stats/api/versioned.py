"""API views of materialised views: each response is read from one version of the view."""

from functools import partial
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from core.api import etags
from core.api.exceptions import Unavailable
from core.api.query_params import QueryParameters
from core.api.renderers import JSONRenderer
from core.api.views import ListResource, PublicView
from stats.refresh import matviews, versioned_reads
from stats.refresh.versioned_reads import Version


class VersionedList(ListResource):
    """List read from one version of a materialised view; the ETag contains the version."""

    view_name: ClassVar[str]

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        try:
            response: Response = versioned_reads.read(self.view_name, partial(self.respond, request))
        except versioned_reads.StillChanging as error:
            raise Unavailable(str(error)) from error
        return response

    def respond(self, request: Request, version: Version) -> Any:
        """Return the response for this version of the view. The ETag contains the version."""
        variant = (request.get_full_path(), request.accepted_renderer.format)
        # version.names was read before the rows, so a concurrent change of a name makes the ETag too old at
        # worst, never too new.
        etag = etags.version_etag(etags.release_fingerprint(), version.number, variant, version.names)
        self.meta = self.get_meta(version)
        rows = self.paginate_queryset(self.get_queryset())
        response = self.get_paginated_response(self.represent(rows))
        response["ETag"] = etag
        return response

    def represent(self, rows: Any) -> Any:
        """Serialise the rows of a page."""
        return self.get_serializer(rows, many=True).data

    def get_meta(self, version: Version) -> dict[str, Any]:
        """Return the `meta` object of the response."""
        raise NotImplementedError


class VersionedView(PublicView):
    """Single object read from one version of a materialised view; the ETag contains the version."""

    renderer_classes = [JSONRenderer]
    parameters: ClassVar[type[QueryParameters]]
    view_name: ClassVar[str] = matviews.VERSIONED

    def get_parameters(self) -> type[QueryParameters]:
        return self.parameters

    def get(self, request: Request) -> Response:
        try:
            response: Response = versioned_reads.read(self.view_name, partial(self._respond, request))
        except versioned_reads.StillChanging as error:
            raise Unavailable(str(error)) from error
        return response

    def _respond(self, request: Request, version: Version) -> Response:
        variant = (request.get_full_path(), request.accepted_renderer.format)
        etag = etags.version_etag(etags.release_fingerprint(), version.number, variant, version.names)
        return Response(self.answer(version), headers={"ETag": etag})

    def answer(self, version: Version) -> dict[str, Any]:
        """Return the response body for this version of the view."""
        raise NotImplementedError
