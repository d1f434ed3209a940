"""API lists of rows of materialised views: each response is read from one version of the view."""

from functools import partial
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from core.api import etags
from core.api.exceptions import Unavailable
from core.api.views import ListResource
from stats.refresh import versioned_reads
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
