"""Ranks that ties share: 1, 1, 3."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


def ranks(things: Iterable[T], *, worth: Callable[[T], Any], key: Callable[[T], str]) -> dict[str, int]:
    """The rank of each thing by `key`, the largest worth first."""
    worths = {key(thing): worth(thing) for thing in things}
    ordered = sorted(worths.values(), reverse=True)
    first: dict[Any, int] = {}
    for place, value in enumerate(ordered, start=1):
        first.setdefault(value, place)
    return {slug: first[value] for slug, value in worths.items()}
