"""Operations of the API as the reference page shows them, read from the OpenAPI schema."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString, mark_safe

from content.pages.api_docs.samples import BY_PATH, Schema, as_text, resolved, sample
from content.roundups.markdown import render
from core.api import schema
from core.http.links import absolute

JSON = "application/json"
METHODS = ("get", "put", "post")
PUBLIC, OPTIONAL, KEY, SECRET = "public", "optional", "key", "secret"


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """Row of the table of parameters."""

    name: str
    place: str
    is_required: bool
    values: str
    description: SafeString


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `access` is PUBLIC, OPTIONAL (a key shows more), KEY, or SECRET (operators only)."""

    anchor: str
    group: str
    method: str
    path: str
    summary: str
    description: SafeString
    access: str
    parameters: list[ParameterRow]
    request: str
    media_types: str
    response: str
    errors: str


@dataclass(frozen=True, slots=True)
class AccessSection:
    """Operations with the same kind of access, e.g. public reads or submissions, by group."""

    anchor: str
    title: str
    groups: list[tuple[str, list[Operation]]]


SECTIONS = (
    ("reads", "Public reads, without a key", (PUBLIC,)),
    ("own", "Reads that show more with a key of the forecaster", (OPTIONAL,)),
    ("submit", "Submitting predictions, with a key", (KEY,)),
    ("operators", "For operators", (SECRET,)),
)


@cache
def sections() -> list[AccessSection]:
    """Return all operations by kind of access. Cached, because the schema never changes in a process."""
    found = list(_operations(schema.document()))
    return [
        AccessSection(
            anchor, title, [(group, list(rows)) for group, rows in groupby(shown, attrgetter("group"))]
        )
        for anchor, title, access in SECTIONS
        if (shown := [each for each in found if each.access in access])
    ]


def _operations(document: Schema) -> Iterator[Operation]:
    for path, by_method in document["paths"].items():
        for method in METHODS:
            if method in by_method:
                yield _operation(path, method, by_method[method], document)


def _operation(path: str, method: str, found: Schema, document: Schema) -> Operation:
    success = next(body for code, body in found["responses"].items() if code.startswith("2"))
    types = success.get("content", {})
    shown = sample(types[JSON]["schema"], document) if JSON in types else None
    return Operation(
        anchor=found["operationId"],
        group=found["tags"][0],
        method=method.upper(),
        path=path,
        summary=found["summary"],
        description=_html(found["description"]),
        access=_access(found["security"]),
        parameters=[_row(each, document) for each in found.get("parameters", [])],
        request=_curl(path, method, found, document),
        media_types=", ".join(types),
        response="" if shown is None else as_text(shown),
        errors=", ".join(code for code in found["responses"] if not code.startswith("2")),
    )


def _access(security: list[Schema]) -> str:
    if not security:
        return PUBLIC
    if {} in security:
        return OPTIONAL
    return KEY if "apiKey" in security[0] else SECRET


def _html(text: str) -> SafeString:
    """Render the Markdown of a description."""
    return mark_safe(render("\n".join(line.strip() for line in text.splitlines())))


def _row(parameter: Schema, document: Schema) -> ParameterRow:
    of = resolved(parameter["schema"], document)
    items = resolved(of.get("items", {}), document)
    options = of.get("enum") or items.get("enum") or []
    limits = [f"{word} {of[key]}" for key, word in (("minimum", "from"), ("maximum", "to")) if key in of]
    kind = f"list of {items.get('type')}" if items else of.get("format") or of["type"]
    return ParameterRow(
        name=parameter["name"],
        place=parameter["in"],
        is_required=parameter.get("required", False),
        values=", ".join(str(each) for each in options if each not in ("", None))
        or " ".join([kind, *limits]),
        description=_html(parameter.get("description", "")),
    )


def _curl(path: str, method: str, found: Schema, document: Schema) -> str:
    """Return a command that sends an example of the request."""
    lines = [f"curl '{_example_url(path, found, document)}'"]
    if method != "get":
        lines[0] = lines[0].replace("curl", f"curl -X {method.upper()}", 1)
    access = _access(found["security"])
    if access != PUBLIC:
        name = "CRON_SECRET" if access == SECRET else "FINAL_WHISTLE_KEY"
        lines.append(f'-H "Authorization: Bearer ${name}"')
    if body := found.get("requestBody", {}).get("content", {}).get(JSON):
        value = _without_empty(sample(body["schema"], document))
        lines += [f"-H 'Content-Type: {JSON}'", f"-d '{as_text(value)}'"]
    return " \\\n  ".join(lines)


def _example_url(path: str, found: Schema, document: Schema) -> str:
    query = {}
    for parameter in found.get("parameters", []):
        name, value = parameter["name"], sample(parameter["schema"], document, parameter["name"])
        if parameter["in"] == "path":
            slug = BY_PATH.get(path.split("/")[3]) if name == "slug" else None
            path = path.replace(f"{{{name}}}", str(slug or value))
        elif parameter["in"] == "query" and parameter.get("required"):
            query[name] = value
    return absolute(f"{path}?{urlencode(query)}" if query else path)


def _without_empty(value: Any) -> Any:
    """Remove optional texts from the example of a request body, as most requests have none."""
    if isinstance(value, dict):
        return {name: _without_empty(each) for name, each in value.items() if each not in ("", "text", {})}
    return [_without_empty(each) for each in value] if isinstance(value, list) else value
