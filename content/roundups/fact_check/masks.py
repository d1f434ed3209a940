"""Names and dates in a text, replaced by one private character each, so that the rest can be read safely.

"Always 2-1 beat the field" has no number in it, and "1. FC Ashford" ends no sentence.
"""

import re
from collections.abc import Collection

from content.roundups.facts import Facts
from content.text import numbers

_FIRST = 0xE000  # Unicode's private use area: no name has these
# A sentence begins with a capital, a name or a number; a scoreline after a name does not begin one.
_BEGINNING = r"(?=[A-Z\ue000-\uf8ff]|\d+(?!\d*[-\u2013]\d))"
_LETTER = re.compile(r"[^\W\d_]")
# A forecaster may be called "Most". Such a name is no evidence that a text speaks of it.
_ORDINARY = (
    numbers.CARDINALS.keys()
    | numbers.ORDINALS.keys()
    | {
        "a",
        "all",
        "an",
        "and",
        "as",
        "at",
        "best",
        "board",
        "both",
        "by",
        "draw",
        "each",
        "every",
        "everybody",
    }
    | {
        "extra",
        "field",
        "for",
        "forecaster",
        "forecasters",
        "from",
        "goal",
        "goals",
        "home",
        "if",
        "in",
        "it",
    }
    | {"its", "last", "league", "match", "matchday", "most", "neither", "no", "nobody", "none", "not", "of"}
    | {"on", "once", "only", "opinions", "others", "points", "score", "season", "so", "team", "that", "the"}
    | {"their", "there", "they", "this", "together", "what", "when", "who", "with", "worst"}
    | {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
)


class Masks:
    """Knows which names the facts carry, and which others there are in the database."""

    def __init__(self, facts: Facts, phrases: Collection[str], known_names: Collection[str]) -> None:
        match = facts["match"]
        self.sides = {side: {match[side]["name"], match[side]["short_name"]} for side in ("home", "away")}
        self._full = {short: match[side]["name"] for side in ("home", "away") for short in self.sides[side]}
        names = {*facts["names"]["teams"], *facts["names"]["forecasters"]}
        own = {*filter(_LETTER.search, names), *phrases}
        self._own = sorted(own, key=len, reverse=True)
        # The sides first: patterns about them are then the same from match to match, and compiled once.
        sides = (name for side in ("home", "away") for name in sorted(self.sides[side] & own))
        numbered = dict.fromkeys([*sides, *self._own])
        self._character = {name: chr(_FIRST + place) for place, name in enumerate(numbered)}
        self._name = {character: name for name, character in self._character.items()}
        self._pattern = re.compile(_whole(*self._own))
        stops = "".join(self._character[name] for name in self._own if name.endswith((".", "!", "?")))
        self._sentence_end = re.compile(
            rf"(?<=[.!?])\s+|(?<=[{stops}])\s+{_BEGINNING}" if stops else r"(?<=[.!?])\s+"
        )
        self._strangers = [name for name in known_names if name not in names and _tells(name)]

    def sentences(self, text: str) -> list[str]:
        """The text masked and cut. A name that ends in a full stop may end its sentence as well."""
        return self._sentence_end.split(self.mask(text))

    def mask(self, text: str) -> str:
        return self._pattern.sub(lambda found: self._character[found[0]], text)

    def reveal(self, masked: str) -> str:
        return "".join(self._name.get(character, character) for character in masked)

    def names_in(self, masked: str) -> set[str]:
        """The names and phrases of the facts that the text has; a short name counts as the full one."""
        found = (self._name[character] for character in masked if character in self._name)
        return {self._full.get(name, name) for name in found}

    def nearest(self, masked: str, end: int) -> str | None:
        """The last name before `end`: whom a place in the sentence belongs to."""
        before = [character for character in masked[:end] if character in self._name]
        return self._full.get(name := self._name[before[-1]], name) if before else None

    def stranger_in(self, masked: str) -> str | None:
        """A name of the database that the facts do not carry."""
        there = (name for name in self._strangers if name in masked)
        return next((name for name in there if re.search(_whole(name), masked)), None)

    def side(self, side: str) -> str:
        """A character class that stands for one side of the match, for use in patterns."""
        return f"[{''.join(self._character[name] for name in self.sides[side] if name in self._character)}]"


def _whole(*names: str) -> str:
    """Any of them as a word, the first one where several fit."""
    return rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)"


def _tells(name: str) -> bool:
    return bool(_LETTER.search(name)) and name.lower() not in _ORDINARY
