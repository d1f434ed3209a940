"""JSON and CSV renderers, and content negotiation."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import orjson
from rest_framework import renderers, serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from core.api.exceptions import BadParameters
from core.api.serializers import moment

# Line terminators in JavaScript but not in JSON. DRF escapes them, so that JSON can be embedded in a script.
_LINE_ENDS = ((b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"))
_LINE_ENDS_BEGIN = b"\xe2\x80"
_encode = JSONEncoder().default  # dates, decimals and other types that JSON lacks


class JSONRenderer(renderers.JSONRenderer):
    """JSON renderer with the same output as DRF's, but faster. Indented JSON is rendered by DRF."""

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> Any:
        if data is None or self.get_indent(accepted_media_type or "", renderer_context or {}):
            return super().render(data, accepted_media_type, renderer_context)
        text = orjson.dumps(data, default=_encode, option=orjson.OPT_PASSTHROUGH_DATETIME)
        return _escaped(text) if _LINE_ENDS_BEGIN in text else text


def _escaped(text: bytes) -> bytes:
    for character, escaped in _LINE_ENDS:
        text = text.replace(character, escaped)
    return text


# Characters that a spreadsheet strips, or an import ignores, before it looks for a formula: whitespace of any
# kind, quotes and invisible characters.
_SKIPPED = r"[\s\"'`\x00-\x20\x7f-\xa0\u00ad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*"
# = + - @, their full-width and small forms, and the minus sign U+2212.
_FORMULA = r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]"
# At the start of a cell, and after characters at which an import with other separators would start a cell.
# Possessive (`*+`), so that a long run of blanks is scanned once and not once per blank.
_STARTS = re.compile(rf"(\A|[;\t\r\n])({_SKIPPED}+)({_FORMULA})?")
_BREAKS = frozenset("\t\r\n")

BOM = "\ufeff"

Path = tuple[str, ...]


class CSVRenderer(BaseRenderer):
    """One page of a list as text/csv. The header row contains the names of the serializer's fields.

    The header row is present even if the list is empty.
    """

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> str:
        view, response = renderer_context["view"], renderer_context["response"]
        if data is None:
            return ""
        paths = list(columns(view.get_serializer()))
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(".".join(path) for path in paths)
        writer.writerows([cell(_value(row, path)) for path in paths] for row in data["results"])
        name = view.request.path.strip("/").rsplit("/", 1)[-1]
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return f"{BOM if view.params['bom'] else ''}{out.getvalue()}"


def columns(serializer: serializers.Serializer[Any]) -> Iterator[Path]:
    """Yield each column as a tuple of field names.

    The tuple has one name for a field of this serializer, and more for a field of a nested serializer.
    """
    for name, field in serializer.fields.items():
        if isinstance(field, serializers.Serializer):
            yield from ((name, *rest) for rest in columns(field))
        else:
            yield (name,)


def _value(row: Any, path: Path) -> Any:
    for name in path:
        row = None if row is None else row[name]
    return row


def cell(value: Any) -> Any:
    """Return the value as a cell that no spreadsheet executes: possible formulas get a leading apostrophe.

    Only text is changed: a negative number stays a number. The values of a list are joined by commas.
    """
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return moment(value)
    return _STARTS.sub(_escape_formula, str(value))


def _escape_formula(start: re.Match[str]) -> str:
    before, blanks, formula = start.groups(default="")
    splits = not _BREAKS.isdisjoint(blanks)  # then the formula could start a cell or row of its own
    at_start = "'" if not before and (formula or blanks[:1] in _BREAKS) else ""
    at_formula = "'" if formula and (before or splits) else ""
    return f"{before}{at_start}{blanks}{at_formula}{formula}"


FORMAT = "format"


class Negotiation(DefaultContentNegotiation):
    """Content negotiation that reports an unknown `?format=` as a bad parameter (400) instead of 404."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Fast path: `Accept: */*` selects the first renderer."""
        if FORMAT not in request.query_params and request.headers.get("Accept", "*/*") == "*/*":
            first = next(iter(renderers))
            return first, first.media_type
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
        return chosen

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[BaseRenderer]:
        fitting = [renderer for renderer in renderers if renderer.format == format]
        if not fitting:
            allowed = sorted({renderer.format for renderer in renderers})
            detail = f"This response is available as {' or '.join(allowed)}."
            raise BadParameters(
                [{"parameter": FORMAT, "code": "invalid_choice", "detail": detail, "allowed": allowed}]
            )
        return fitting
