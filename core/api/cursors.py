"""Pages of a list that grows while it is read: {next, previous, results}, by cursor instead of by number."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.errors import BadParameters
from core.api.pages import PublicLinks, add_links
from core.api.query_params import ListParameters, Whole


class CursorParameters(ListParameters):
    """Parameters of every list that is read by cursor."""

    cursor = serializers.CharField(required=False, max_length=200, help_text="From `next` or `previous`.")
    page_size = Whole(min_value=1, max_value=200, default=50, help_text="How many rows a page.")


class Cursors(PublicLinks, CursorPagination):
    """Newest first. A page never repeats or misses a row because others came meanwhile."""

    ordering = "-pk"

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> Any:
        self.asked: Any = view
        return super().paginate_queryset(queryset, request, view=view)

    def get_page_size(self, request: Request) -> Any:
        return self.asked.params["page_size"]

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        add_links(response)
        return response

    def decode_cursor(self, request: Request) -> Any:
        try:
            return super().decode_cursor(request)
        except NotFound:
            say = "It is no cursor of this list; begin without one."
            raise BadParameters([{"parameter": "cursor", "code": "invalid", "detail": say}]) from None
