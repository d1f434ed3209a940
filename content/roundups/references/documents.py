"""Documents of facts, and schemas that declare the kind and the sources of each fact."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

Facts: TypeAlias = dict[str, Any]  # a JSON object
Shape: TypeAlias = "FactKind | Mapping[str, Shape] | list[Shape]"  # a list contains the shape of its items
Source: TypeAlias = Callable[[Facts, Facts], list[str]]


class FactKind(StrEnum):
    """Kind of a fact: how it is written, and what a number counts."""

    POINTS = "points"
    GOALS = "goals"
    MATCHES = "matches"
    FORECASTERS = "forecasters"
    PREDICTIONS = "predictions"
    TEAMS = "teams"
    TIMES = "times"
    PLACES = "places"
    MINUTES = "minutes"
    PLACE = "place"  # a rank or position
    NUMBER = "number"  # of a leg
    PER_CENT = "per cent"
    AVERAGE = "average"
    TEAM = "team"
    FORECASTER = "forecaster"
    NAME = "name"  # of a competition, season, round or table
    DATE = "date"
    SCORE = "score"  # "2-1", the goals of the home team first unless the schema declares otherwise
    RESULT = "result"  # words about who won
    QUOTATION = "quotation"
    CODE = "code"  # a value that selects sentences, such as a status; it cannot be inserted


_K = FactKind
NUMBERS = frozenset(
    {
        *(_K.POINTS, _K.GOALS, _K.MATCHES, _K.FORECASTERS, _K.PREDICTIONS, _K.TEAMS, _K.TIMES, _K.PLACES),
        *(_K.MINUTES, _K.PLACE, _K.NUMBER, _K.PER_CENT, _K.AVERAGE),
    }
)
PEOPLE = frozenset({FactKind.TEAM, FactKind.FORECASTER})
NAMES = PEOPLE | {FactKind.NAME}


@dataclass(frozen=True, slots=True)
class FactSchema:
    """Kinds of all facts of a document, and their sources.

    `sources` maps addresses of objects to functions. An index in such an address is `*`. The function gets
    the whole document and the object, and returns paths of the API with the rows that the object was made of.
    It applies to all facts below the address, unless a longer address has a function of its own.
    """

    shape: Mapping[str, Shape]
    sources: Mapping[str, Source]


class Document:
    """Facts that a text can refer to by their addresses, e.g. `picks.0.points`."""

    def __init__(self, facts: Facts, schema: FactSchema) -> None:
        self.facts = facts
        self.schema = schema

    def find(self, address: str) -> tuple[FactKind, Any] | None:
        """Return kind and value of a fact; None if the address is unknown or the fact is missing."""
        value: Any = self.facts
        shape: Any = self.schema.shape
        for part in address.split("."):
            if isinstance(shape, list) and isinstance(value, list):
                if not part.isdecimal() or int(part) >= len(value):
                    return None
                value, shape = value[int(part)], shape[0]
            elif isinstance(shape, Mapping) and isinstance(value, Mapping) and part in shape:
                value, shape = value.get(part), shape[part]
            else:
                return None
        return (shape, value) if isinstance(shape, FactKind) and value is not None else None

    def get(self, address: str) -> Any:
        """Return the value of a fact, an object or a list; None if it is missing."""
        value: Any = self.facts
        for part in address.split("."):
            if isinstance(value, list):
                value = value[int(part)] if int(part) < len(value) else None
            else:
                value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def owner(self, address: str) -> Facts | None:
        """Return the closest object with a `name` that contains this fact, e.g. `picks.0`, or None."""
        parts = address.split(".")[:-1]
        while parts:
            found = self.get(".".join(parts))
            if isinstance(found, dict) and "name" in found:
                return found
            parts.pop()
        return None

    def sources(self, address: str) -> list[str]:
        """Return paths of the API with the rows that a fact was made of; [] if the schema has none."""
        parts = address.split(".")
        for length in range(len(parts), 0, -1):
            pattern = ".".join("*" if part.isdecimal() else part for part in parts[:length])
            if source := self.schema.sources.get(pattern):
                found = self.get(".".join(parts[:length]))
                return source(self.facts, found if isinstance(found, dict) else self.facts)
        return []

    def all(self) -> Iterator[tuple[str, FactKind, Any]]:
        """Yield address, kind and value of each fact that is not missing."""
        yield from _leaves("", self.schema.shape, self.facts)


def _leaves(address: str, shape: Any, value: Any) -> Iterator[tuple[str, FactKind, Any]]:
    if value is None:
        return
    if isinstance(shape, FactKind):
        yield address, shape, value
    elif isinstance(shape, list):
        for index, item in enumerate(value):
            yield from _leaves(f"{address}.{index}", shape[0], item)
    else:
        for name, below in shape.items():
            yield from _leaves(f"{address}.{name}".lstrip("."), below, value.get(name))
