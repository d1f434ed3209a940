"""Lists out of materialised views: each answer is made of one version of the view, and says which."""

from functools import partial
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from config.rest import caching
from config.rest.problems import Unavailable
from config.rest.resources import ListResource
from stats import snapshots
from stats.snapshots import Version

SHAPE = 2  # raise it when the form of these answers changes: it is part of their ETags


class VersionedList(ListResource):
    """A list out of a materialised view: one version of it, which its ETag names."""

    view_name: ClassVar[str]

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        try:
            answer: Response = snapshots.read(self.get_view_name(), partial(self._answer, request))
        except snapshots.StillChanging as error:
            raise Unavailable(str(error)) from error
        return answer

    def _answer(self, request: Request, version: Version) -> Any:
        asked = (request.build_absolute_uri(), request.accepted_renderer.format)
        # Before the rows: a name that changes meanwhile makes an ETag too old, never too new.
        etag = caching.version_etag(SHAPE, version.number, asked, version.names)
        self.meta = self.get_meta(version)
        response = super().list(request)
        response["ETag"] = etag
        return response

    def get_view_name(self) -> str:
        """The view whose refreshes are the versions of the answer."""
        return self.view_name

    def get_meta(self, version: Version) -> dict[str, Any]:
        """The `meta` of the answer."""
        raise NotImplementedError
