"""Pagination of lists: by page number, and by cursor for lists that grow while they are read."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.exceptions import BadParameters
from core.api.query_params import ListParameters, Whole
from core.api.serializers import ReadOnlySerializer
from core.http.links import under_site_url


def add_links(response: Response) -> None:
    """Add a Link header with the URLs of the next and previous page, because a CSV body has no links."""
    urls = {"next": response.data["next"], "prev": response.data["previous"]}
    if rels := [f'<{url}>; rel="{rel}"' for rel, url in urls.items() if url]:
        response["Link"] = ", ".join(rels)


class ListPagination:
    """Paginator mixin: reads `page_size` from the view's `params`; links begin with SITE_URL."""

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> Any:
        self.view: Any = view
        return super().paginate_queryset(queryset, request, view=view)  # type: ignore[misc]  # the paginator's

    def get_page_size(self, request: Request) -> Any:
        return self.view.params["page_size"]

    def get_next_link(self) -> str | None:
        link: str | None = super().get_next_link()  # type: ignore[misc]  # defined by the paginator
        return under_site_url(link) if link else None

    def get_previous_link(self) -> str | None:
        link: str | None = super().get_previous_link()  # type: ignore[misc]  # defined by the paginator
        return under_site_url(link) if link else None


class Pages(ListPagination, PageNumberPagination):
    """Pagination by page number, read from the view's `params`. A page beyond the end is 404."""

    page_size_query_param = "page_size"
    invalid_page_message = "This list has no page {page_number}: {message}"

    def get_page_number(self, request: Request, paginator: Any) -> Any:
        return self.view.params["page"]

    def get_paginated_response(self, data: Any) -> Response:
        """Return the rows with count, links and the view's `meta`, if it has one; set the Link header."""
        assert self.page is not None  # set by paginate_queryset
        links = {"next": self.get_next_link(), "previous": self.get_previous_link()}
        meta = getattr(self.view, "meta", None)
        envelope = {"count": self.page.paginator.count, **links}
        if meta is not None:
            envelope["meta"] = meta
        response = Response(envelope | {"results": data})
        add_links(response)
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        envelope = super().get_paginated_response_schema(schema)
        envelope["required"] = ["count", "next", "previous", "results"]
        return envelope


class EnvelopeSerializer(ReadOnlySerializer):
    """Page of a list, with the total number of rows and the URLs of the next and previous page.

    Subclasses add the fields `meta` and `results`.
    """

    count = serializers.IntegerField(help_text="Total number of rows.")
    next = serializers.URLField(allow_null=True, help_text="URL of the next page.")
    previous = serializers.URLField(allow_null=True, help_text="URL of the previous page.")


class CursorParameters(ListParameters):
    """Parameters of every list with cursor pagination."""

    cursor = serializers.CharField(required=False, max_length=200, help_text="From `next` or `previous`.")
    page_size = Whole(min_value=1, max_value=200, default=50, help_text="Rows per page.")


class Cursors(ListPagination, CursorPagination):
    """Cursor pagination, newest first.

    Rows that are added while a client reads page after page cause neither repeated nor missing rows.
    """

    ordering = "-pk"

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        add_links(response)
        return response

    def decode_cursor(self, request: Request) -> Any:
        try:
            return super().decode_cursor(request)
        except NotFound:
            detail = "Invalid cursor for this list; begin without one."
            raise BadParameters([{"parameter": "cursor", "code": "invalid", "detail": detail}]) from None
