"""Forecasters or teams that share a value, told together."""

from collections.abc import Iterable
from typing import Any

from content.roundups.references.documents import Facts

NAMED = 3  # if more share a value, the first NAMED - 1 are named and the others counted


def one_line(name: str) -> str:
    """Return the name without line breaks and repeated spaces."""
    return " ".join(name.split())


def group(people: Iterable[Facts], **values: Any) -> Facts | None:
    """Return all who share these values: some names, and the number of the others; None if no one does."""
    ordered = sorted(people, key=lambda person: (str(person["name"]).casefold(), person["slug"]))
    if not ordered:
        return None
    named = ordered if len(ordered) <= NAMED else ordered[: NAMED - 1]
    others = len(ordered) - len(named)
    return {"count": len(ordered), "others": others or None, "people": named, **values}
