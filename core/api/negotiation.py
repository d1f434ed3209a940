"""Which format an answer comes in: as `?format=` or the Accept header says, JSON unasked."""

from collections.abc import Iterable

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from core.api.errors import BadParameters

FORMAT = "format"


class Negotiation(DefaultContentNegotiation):
    """An unknown `?format=` is a bad parameter, not a missing page."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Who takes anything, as most programs do, gets the first: nothing to weigh."""
        if FORMAT not in request.query_params and request.headers.get("Accept", "*/*") == "*/*":
            first = next(iter(renderers))
            return first, first.media_type
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
        return chosen

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[BaseRenderer]:
        fitting = [renderer for renderer in renderers if renderer.format == format]
        if not fitting:
            allowed = sorted({renderer.format for renderer in renderers})
            detail = f"This answer comes as {' or '.join(allowed)}."
            raise BadParameters(
                [{"parameter": FORMAT, "code": "invalid_choice", "detail": detail, "allowed": allowed}]
            )
        return fitting
