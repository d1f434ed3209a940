"""Reading what is known about a match, as of that match."""

from typing import Any

from core.db import sql

_SNAPSHOT = sql.read("content/sql/snapshot.sql")

Row = dict[str, Any]


def read(match_id: int) -> Row | None:
    """The raw rows behind the facts, or None for an unknown match. One statement, so one snapshot."""
    [(raw,)] = sql.fetch_all(_SNAPSHOT, {"match": match_id})
    return raw if raw["match"] else None
