"""English for the template writer: numbers, plurals, lists, possessives, and names safe in Markdown."""

import re
from collections.abc import Sequence

from content.text import numbers

SPELLED = 10  # numbers up to here are words
_PLURALS = {"match": "matches", "pick had": "picks had", "loss": "losses"}
_MARKUP = re.compile(r"([\\`*_\[\]<>&|~#])")
_LIST_NUMBER = re.compile(r"^(\d+)([.)])")


UNPREDICTED = "No one predicted this match before the kickoff"  # also on the page of the match


def number(count: int) -> str:
    """Like "seven" or "14"."""
    return numbers.cardinal_word(count) if 0 <= count <= SPELLED else str(count)


def counted(count: int, noun: str) -> str:
    """Like "one point" or "seven points"."""
    return f"{number(count)} {noun if count == 1 else plural(noun)}"


def plural(noun: str) -> str:
    return _PLURALS.get(noun, f"{noun}s")


def verb(count: int, singular: str, plural: str) -> str:
    return singular if count == 1 else plural


def ordinal(place: int) -> str:
    """Like "seventh" or "14th"."""
    return numbers.ordinal_word(place) if place <= SPELLED else numbers.ordinal_digits(place)


def listing(items: Sequence[str]) -> str:
    """Like "A, B and C"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def possessive(name: str) -> str:
    """Like "Elo's" or "the Reds'"."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def sentence(text: str) -> str:
    """With a capital at its start and a full stop at its end, also after a name that ends in "!"."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else f"{text}."


def escape(name: str) -> str:
    """A name as Markdown that reads as itself: no emphasis, no link, no HTML, no list."""
    escaped = _MARKUP.sub(r"\\\1", name)
    escaped = _LIST_NUMBER.sub(r"\1\\\2", escaped)
    return f"\\{escaped}" if escaped.startswith(("-", "+", "=")) else escaped
