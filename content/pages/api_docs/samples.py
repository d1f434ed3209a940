"""Example requests and responses, computed from the OpenAPI schema."""

import json
from typing import Any

Schema = dict[str, Any]
MAX_DEPTH = 7  # of nested objects; deeper ones are left out
# Plausible values by the name of a field or parameter; other values follow from the type.
BY_NAME: dict[str, Any] = {
    "slug": "the-oracle",
    "forecaster": "the-oracle",
    "a": "the-oracle",
    "b": "the-coin",
    "competition": "premier-league",
    "team": "ashford",
    "name": "The Oracle",
    "short_name": "Ashford",
    "label": "2025/26",
    "round_label": "Matchday 7",
    "country": "England",
    "time_zone": "Europe/London",
    "q": "ashford",
    "season": 1,
    "home_goals": 2,
    "away_goals": 1,
    "home_score": 2,
    "away_score": 1,
    "home": 0.5,
    "draw": 0.3,
    "away": 0.2,
    "page": 1,
    "next": None,
    "previous": None,
}
# Slugs in paths, by the first part of the path.
BY_PATH = {
    "competitions": "premier-league",
    "teams": "ashford",
    "forecasters": "the-oracle",
}
BY_FORMAT = {
    "date-time": "2026-05-16T14:00:00Z",
    "date": "2026-05-16",
    "uri": "https://final-whistle.example/api/v1/",
    "uuid": "3f0c2b52-8f0e-4d3c-9a57-0f5a3c1f6a11",
}
TYPES = {"integer": (int,), "number": (int, float), "string": (str,), "boolean": (bool,)}
BY_TYPE = {"integer": 1, "number": 0.5, "boolean": True, "string": "text"}


def resolved(schema: Schema, document: Schema) -> Schema:
    """Follow references, and take the first schema of a composition or of alternatives."""
    for _step in range(10):  # a reference may lead to another one
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif options := schema.get("allOf") or schema.get("oneOf") or schema.get("anyOf"):
            schema = options[0]
    return schema


def sample(schema: Schema, document: Schema, name: str = "", depth: int = 0) -> Any:
    """Return an example value of a schema."""
    schema = resolved(schema, document)
    if "example" in schema or "default" in schema:
        return schema.get("example", schema.get("default"))
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("type") == "array":
        return [sample(schema.get("items", {}), document, name, depth + 1)] if depth < MAX_DEPTH else []
    if "properties" in schema:
        fields = schema["properties"].items() if depth < MAX_DEPTH else ()
        return {field: sample(of, document, field, depth + 1) for field, of in fields}
    if schema.get("type") in (None, "object"):
        return BY_NAME.get(name, {})
    return _value(schema, name)


def _value(schema: Schema, name: str) -> Any:
    kind = schema["type"]
    if isinstance(BY_NAME.get(name), TYPES[kind]):
        return BY_NAME[name]
    return BY_FORMAT.get(schema.get("format", ""), max(BY_TYPE[kind], schema.get("minimum", BY_TYPE[kind])))


def as_text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
