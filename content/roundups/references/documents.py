"""Documents of facts, and schemas that declare the kind and the sources of each fact."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

Facts: TypeAlias = dict[str, Any]  # a JSON object
Shape: TypeAlias = "FactKind | Mapping[str, Shape] | list[Shape]"  # a list contains the shape of its items


class FactKind(StrEnum):
    """Kind of a fact: how it is written, and what a number counts."""

    POINTS = "points"
    GOALS = "goals"
    MATCHES = "matches"
    FORECASTERS = "forecasters"
    PREDICTIONS = "predictions"
    TEAMS = "teams"
    PLACES = "places"  # by which a team moved
    MINUTES = "minutes"
    PLACE = "place"  # a rank or position
    NUMBER = "number"
    PER_CENT = "per cent"
    AVERAGE = "average"
    TEAM = "team"
    FORECASTER = "forecaster"
    NAME = "name"  # of a competition, season, round or table
    DATE = "date"
    SCORE = "score"  # e.g. "2-1"
    RESULT = "result"  # words about who won or was right
    QUOTATION = "quotation"
    CODE = "code"  # a value that selects sentences, such as a status; it cannot be inserted


_K = FactKind
COUNTS = frozenset(
    (_K.POINTS, _K.GOALS, _K.MATCHES, _K.FORECASTERS, _K.PREDICTIONS, _K.TEAMS, _K.PLACES, _K.MINUTES)
)
NUMBERS = COUNTS | {_K.PLACE, _K.NUMBER, _K.PER_CENT, _K.AVERAGE}
PEOPLE = frozenset((_K.TEAM, _K.FORECASTER))
NAMES = PEOPLE | {_K.NAME}


def of(**names: str) -> dict[str, Shape]:
    """Return the kinds of facts by their names: `of(points="a b")` declares two facts of the kind POINTS."""
    return {name: FactKind[kind.upper()] for kind, listed in names.items() for name in listed.split()}


@dataclass(frozen=True, slots=True)
class FactSchema:
    """Kinds of all facts of a document, and the API paths with the rows that they were made of.

    `sources` maps addresses of objects to paths. An index in such an address is `*`. The paths apply to all
    facts below the address, unless a longer address has paths of its own. Their placeholders are filled with
    the values that `parameters` returns for the document and the object, and with the values of the object
    and of those around it.
    """

    shape: Mapping[str, Shape]
    sources: Mapping[str, Sequence[str]]
    parameters: Callable[[Facts, Facts], Facts] = lambda _facts, _object: {}


class Document:
    """Facts that a text can refer to by their addresses, e.g. `picks.0.points`."""

    def __init__(self, facts: Facts, schema: FactSchema) -> None:
        self.facts = facts
        self.schema = schema
        self._found: dict[str, tuple[FactKind, Any] | None] = {}

    def find(self, address: str) -> tuple[FactKind, Any] | None:
        """Return kind and value of a fact; None if the address is unknown or the fact is missing."""
        if address not in self._found:
            self._found[address] = self._search(address)
        return self._found[address]

    def _search(self, address: str) -> tuple[FactKind, Any] | None:
        shape: Any = self.schema.shape
        for part in address.split("."):
            if isinstance(shape, list) and part.isdecimal():
                shape = shape[0]
            else:
                shape = shape.get(part) if isinstance(shape, Mapping) else None
        value = self.get(address) if isinstance(shape, FactKind) else None
        return None if value is None else (shape, value)

    def get(self, address: str) -> Any:
        """Return the value of a fact, an object or a list; None if it is missing."""
        value: Any = self.facts
        for part in address.split("."):
            if isinstance(value, list):
                value = value[int(part)] if part.isdecimal() and int(part) < len(value) else None
            else:
                value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def parent(self, address: str) -> Facts:
        """Return the object that contains a fact; {} if it is an item of a list."""
        found = self.get(address.rpartition(".")[0]) if "." in address else self.facts
        return found if isinstance(found, dict) else {}

    def sources(self, address: str) -> list[str]:
        """Return the API paths with the rows that a fact was made of; [] if the schema has none."""
        parts = address.split(".")
        for length in range(len(parts), 0, -1):
            pattern = ".".join("*" if part.isdecimal() else part for part in parts[:length])
            if paths := self.schema.sources.get(pattern):
                values = self._around(parts[:length])
                values |= self.schema.parameters(self.facts, values)
                return [path.format(**values) for path in paths]
        return []

    def _around(self, parts: Sequence[str]) -> Facts:
        """Return the values of an object and of the objects around it; those of the inner ones win."""
        found = (self.get(".".join(parts[:length])) for length in range(1, len(parts) + 1))
        return {name: value for each in found if isinstance(each, dict) for name, value in each.items()}

    def all(self) -> Iterator[tuple[str, FactKind, Any]]:
        """Yield address, kind and value of each fact that is not missing."""
        yield from _leaves("", self.schema.shape, self.facts)


def _leaves(address: str, shape: Any, value: Any) -> Iterator[tuple[str, FactKind, Any]]:
    if value is None:
        return
    if isinstance(shape, FactKind):
        yield address, shape, value
        return
    items = enumerate(value) if isinstance(shape, list) else ((name, value.get(name)) for name in shape)
    for name, item in items:
        below = shape[0] if isinstance(shape, list) else shape[name]
        yield from _leaves(f"{address}.{name}".lstrip("."), below, item)
