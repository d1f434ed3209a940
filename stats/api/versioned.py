"""Lists out of materialised views: each answer is made of one version of the view, and says which."""

from functools import partial
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from core import release
from core.api import etags
from core.api.exceptions import Unavailable
from core.api.views import ListResource
from stats.refresh import versioned_reads
from stats.refresh.versioned_reads import Version


class VersionedList(ListResource):
    """A list out of a materialised view: one version of it, which its ETag names."""

    view_name: ClassVar[str]

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        try:
            answer: Response = versioned_reads.read(self.view_name, partial(self.answer, request))
        except versioned_reads.StillChanging as error:
            raise Unavailable(str(error)) from error
        return answer

    def answer(self, request: Request, version: Version) -> Any:
        """The list of this version of the view, and its ETag."""
        asked = (request.get_full_path(), request.accepted_renderer.format)
        # Of names as they were before the rows: one that changes meanwhile makes it too old, never too new.
        etag = etags.version_etag(release.current(), version.number, asked, version.names)
        self.meta = self.get_meta(version)
        shown = self.paginate_queryset(self.get_queryset())
        response = self.get_paginated_response(self.represent(shown))
        response["ETag"] = etag
        return response

    def represent(self, rows: Any) -> Any:
        """The rows of a page as the answer has them."""
        return self.get_serializer(rows, many=True).data

    def get_meta(self, version: Version) -> dict[str, Any]:
        """The `meta` of the answer."""
        raise NotImplementedError
