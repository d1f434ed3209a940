"""Forms in which a fact can be inserted: `{x}`, `{x|words}`, `{x|counted}`, `{x|possessive}` and others."""

from collections.abc import Callable
from typing import Any

from content.roundups.references.documents import COUNTS, NAMES, FactKind
from content.text import numbers
from core.rounding import half_up

PROPER = NAMES | {FactKind.QUOTATION}  # they keep their letters at the start of a sentence
ESCAPED = PROPER | {FactKind.RESULT}  # their texts may contain names


def unit(kind: FactKind, count: int) -> str:
    """Return what a number counts, e.g. "point" or "points"."""
    singular = "match" if kind == FactKind.MATCHES else kind.removesuffix("s")
    return singular if count == 1 else kind.value


def _words(_: FactKind, value: int) -> str:
    return numbers.in_prose(value) if value else "none"


def _counted(kind: FactKind, value: int) -> str:
    """Return e.g. "no points", "one point" or "14 points"."""
    return f"{numbers.in_prose(value) if value else 'no'} {unit(kind, value)}"


def _times(_: FactKind, value: int) -> str:
    return {1: "once", 2: "twice"}.get(value) or f"{numbers.in_prose(value)} times"


def _all(_: FactKind, value: int) -> str:
    return "both" if value == 2 else f"all {numbers.in_prose(value)}"


def _winner_first(_: FactKind, value: str) -> str:
    return "-".join(sorted(value.split("-"), key=int, reverse=True))


# Name of a form: the kinds that have it, and a function that returns the text.
FORMS: dict[str, tuple[frozenset[FactKind], Callable[[FactKind, Any], str]]] = {
    "": (frozenset(FactKind) - {FactKind.CODE, FactKind.AVERAGE}, lambda _, value: str(value)),
    "average": (frozenset({FactKind.AVERAGE}), lambda _, value: str(half_up(value, 2))),
    "words": (COUNTS, _words),
    "counted": (COUNTS, _counted),
    "ordinal": (COUNTS | {FactKind.PLACE, FactKind.NUMBER}, lambda _, n: numbers.ordinal_in_prose(n)),
    "per_cent": (frozenset({FactKind.PER_CENT}), lambda _, value: f"{value} per cent"),
    "signed": (frozenset({FactKind.GOALS}), lambda _, value: f"{value:+d}" if value else "0"),
    "times": (COUNTS, _times),
    "all": (COUNTS, _all),
    "possessive": (NAMES, lambda _, name: f"{name}'" if name.endswith("s") else f"{name}'s"),
    "winner_first": (frozenset({FactKind.SCORE}), _winner_first),
}


def text_of(kind: FactKind, value: Any, form: str) -> str | None:
    """Return the text of a fact in a form; None if facts of this kind do not have the form."""
    form = form or ("average" if kind == FactKind.AVERAGE else "")
    kinds, write = FORMS.get(form, (frozenset[FactKind](), _words))
    return write(kind, value) if kind in kinds else None


def capitalised(kind: FactKind, text: str) -> str:
    """Return the text as the first word of a sentence."""
    return text if kind in PROPER else text[:1].upper() + text[1:]
