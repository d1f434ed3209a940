"""Groups of forecasters or teams that share a value, and ranks with ties."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from content.roundups.facts.occasion import one_line
from content.roundups.references.documents import Facts

T = TypeVar("T")
NAMED = 3  # if more share a value, the first NAMED - 1 are named and the others counted


def group(people: Iterable[Facts], **values: Any) -> Facts | None:
    """Return a group that shares these values: names of some, number of the others; None if it is empty.

    Every statement about a group is true for each of its members.
    """
    ordered = sorted(people, key=lambda person: (str(person["name"]).casefold(), person["slug"]))
    if not ordered:
        return None
    named = ordered if len(ordered) <= NAMED else ordered[: NAMED - 1]
    others = len(ordered) - len(named)
    return {"count": len(ordered), "others": others or None, "people": named, **values}


def person(row: Facts) -> Facts:
    return {"slug": row["slug"], "name": one_line(row["name"])}


def ranks(things: Sequence[T], *, worth: Callable[[T], Any], key: Callable[[T], str]) -> dict[str, int]:
    """Return the rank of each thing by `key`, the largest worth first; ties share a rank: 1, 1, 3."""
    worths = {key(thing): worth(thing) for thing in things}
    first: dict[Any, int] = {}
    for place, value in enumerate(sorted(worths.values(), reverse=True), start=1):
        first.setdefault(value, place)
    return {name: first[value] for name, value in worths.items()}
