"""Query parameters of the public pages: validated like those of the API, and rendered as HTML form fields."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from rest_framework.fields import empty

from core.api.exceptions import BadParameters
from core.api.query_params import Moment, QueryParameters, RowParameter, Whole

# Tracking parameters that other sites add to links; pages must open nevertheless.
TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid")


class PageQuery:
    """Validated query of a page. `query["season"]` is the HTML of the form field for that parameter.

    `values` contains the validated value of each parameter. `given` contains the text of each parameter that
    is present and not empty, except `page`.
    """

    def __init__(
        self, parameters: type[QueryParameters], values: dict[str, Any], given: Mapping[str, str]
    ) -> None:
        self.parameters, self.values, self.given = parameters, values, given

    def __getitem__(self, name: str) -> SafeString:
        field, text = self.parameters.declared()[name], self.given.get(name, "")
        return (_render if isinstance(field, RowParameter) else _render_cached)(field, name, text)

    def select(self, name: str, choices: Iterable[tuple[Any, Any]]) -> SafeString:
        """Return the HTML of a form field with these choices (value, label), after an empty choice."""
        value = self.values[name]
        return _select(name, [("", "All"), *choices], str(getattr(value, "pk", value)))


def read(request: HttpRequest, parameters: type[QueryParameters] = QueryParameters) -> PageQuery:
    """Validate the query of a request. Tracking parameters are ignored.

    Raises BadParameters if a parameter is unknown, given twice, or invalid, so that a misspelt filter is
    reported instead of ignored.
    """
    query = request.GET.copy()
    for name in request.GET:
        if name.startswith(TRACKING):
            del query[name]
    values = parameters.read(query, other_names=())
    given = {name: ",".join(texts) for name, texts in query.lists() if any(texts) and name != "page"}
    return PageQuery(parameters, values, given)


def bad_parameter(name: str, problem: str) -> BadParameters:
    """Return the exception for a parameter that is invalid on this page."""
    return BadParameters([{"parameter": name, "code": "invalid", "detail": problem}])


def _render(field: Any, name: str, text: str) -> SafeString:
    if isinstance(field, Moment):
        return format_html('<input type="date" name="{}" value="{}">', name, text)
    if isinstance(field, Whole):
        hint = field.style.get("placeholder", "")
        number = '<input type="number" name="{}" value="{}" min="{}" max="{}" placeholder="{}">'
        return format_html(number, name, text, field.min_value, field.max_value, hint)
    return _select(name, _choices(field), text)


# Cached, because rendering three fields took 0.1 of the 4 ms of a leaderboard page. Fields whose options are
# database rows are not cached, because the rows may change.
_render_cached = lru_cache(maxsize=512)(_render)


def _choices(field: Any) -> Iterable[tuple[Any, Any]]:
    """Yield (value, label) of each option. The first is the empty choice if the field has no default."""
    if field.default in (None, empty):
        yield "", "All"
    if isinstance(field, RowParameter):
        yield from ((getattr(row, field.lookup), row) for row in field.queryset.all())
    else:
        yield from getattr(field, "choices", {"true": "Yes", "false": "No"}).items()


def _select(name: str, choices: Iterable[tuple[Any, Any]], chosen: str) -> SafeString:
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SafeString(" selected") if str(value) == chosen else "", label) for value, label in choices),
    )
    return format_html('<select name="{}">{}</select>', name, options)
