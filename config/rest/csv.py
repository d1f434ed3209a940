"""Lists as CSV: the same rows and values as in JSON, nested names joined by dots."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from rest_framework import serializers
from rest_framework.renderers import BaseRenderer

# A spreadsheet runs a cell that begins so as a formula. The last four are their full-width twins.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

Path = tuple[str, ...]


class CSVRenderer(BaseRenderer):
    """A page of a list as text/csv. The columns are those of the view's serializer, rows or not."""

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
        return out.getvalue()


def columns(serializer: serializers.Serializer[Any]) -> Iterator[Path]:
    """The names of all values of a serializer, those of nested ones behind the name of the nest."""
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
    """The value as a cell that no spreadsheet runs: a would-be formula gets an apostrophe in front."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
