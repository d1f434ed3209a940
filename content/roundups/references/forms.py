"""Forms in which a fact can be inserted: `{x}`, `{x|words}`, `{x|counted}`, `{x|possessive}` and others."""

from collections.abc import Callable
from typing import Any

from content.roundups.references.documents import NAMES, FactKind
from content.text import numbers

SPELLED = 10  # numbers up to here are words
UNITS = {
    FactKind.POINTS: ("point", "points"),
    FactKind.GOALS: ("goal", "goals"),
    FactKind.MATCHES: ("match", "matches"),
    FactKind.FORECASTERS: ("forecaster", "forecasters"),
    FactKind.PREDICTIONS: ("prediction", "predictions"),
    FactKind.TEAMS: ("team", "teams"),
    FactKind.TIMES: ("time", "times"),
    FactKind.PLACES: ("place", "places"),
    FactKind.MINUTES: ("minute", "minutes"),
}
_COUNTS = frozenset(UNITS) | {FactKind.NUMBER}


def own(kind: FactKind, value: Any) -> str:
    """Return the text of a fact without a form."""
    if kind == FactKind.AVERAGE:
        return f"{value:.2f}"
    return str(value)


def _words(_: FactKind, value: int) -> str:
    if value == 0:
        return "none"
    return numbers.cardinal_word(value) if 0 < value <= SPELLED else str(value)


def _counted(kind: FactKind, value: int) -> str:
    """Return e.g. "no points", "one point" or "14 points"."""
    singular, plural = UNITS[kind]
    return f"{_words(kind, value) if value else 'no'} {singular if value == 1 else plural}"


def _ordinal(_: FactKind, value: int) -> str:
    return numbers.ordinal_word(value) if value <= SPELLED else numbers.ordinal_digits(value)


def _per_cent(_: FactKind, value: int) -> str:
    return f"{value} per cent"


def _signed(_: FactKind, value: int) -> str:
    return f"{value:+d}" if value else "0"


def _times(_: FactKind, value: int) -> str:
    return {1: "once", 2: "twice"}.get(value) or f"{_words(FactKind.TIMES, value)} times"


def _all(_: FactKind, value: int) -> str:
    """Return e.g. "both" or "all five"."""
    return "both" if value == 2 else f"all {_words(FactKind.NUMBER, value)}"


def _possessive(_: FactKind, value: str) -> str:
    return f"{value}'" if value.endswith("s") else f"{value}'s"


def _winner_first(_: FactKind, value: str) -> str:
    return "-".join(sorted(value.split("-"), key=int, reverse=True))


# Name of a form: the kinds that have it, and a function that returns the text.
FORMS: dict[str, tuple[frozenset[FactKind], Callable[[FactKind, Any], str]]] = {
    "words": (_COUNTS, _words),
    "counted": (frozenset(UNITS), _counted),
    "ordinal": (_COUNTS | {FactKind.PLACE}, _ordinal),
    "per_cent": (frozenset({FactKind.PER_CENT}), _per_cent),
    "signed": (frozenset({FactKind.GOALS, FactKind.POINTS}), _signed),
    "times": (_COUNTS, _times),
    "all": (_COUNTS, _all),
    "possessive": (NAMES, _possessive),
    "winner_first": (frozenset({FactKind.SCORE}), _winner_first),
}


def text_of(kind: FactKind, value: Any, form: str) -> str | None:
    """Return the text of a fact in a form; None if facts of this kind do not have the form."""
    if kind == FactKind.CODE:
        return None
    if not form:
        return own(kind, value)
    kinds, write = FORMS.get(form, (frozenset(), own))
    return write(kind, value) if kind in kinds else None


def capitalised(kind: FactKind, text: str) -> str:
    """Return the text as the first word of a sentence. Names and quotations keep their letters."""
    return text if kind in PROPER else text[:1].upper() + text[1:]


PROPER = NAMES | {FactKind.QUOTATION}
ESCAPED = PROPER | {FactKind.RESULT}  # kinds whose texts may contain names
