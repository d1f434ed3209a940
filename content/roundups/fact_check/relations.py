"""Numbers that must fit each other: "six of the eight (75 per cent)", "from third to first"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from content.roundups.fact_check.figures import WORDS, any_of
from content.text import numbers
from core.rounding import percent

_NUMBER = rf"(\d+|{any_of(WORDS)})"
_PLACE = rf"(\d+(?:st|nd|rd|th)|{any_of(numbers.ORDINALS)})"
_PERCENT = r"(?:[^.;]{0,24}?[ (](\d+) per ?cent)?"
_SHARE = re.compile(rf"\b{_NUMBER} of (?:the )?{_NUMBER}\b{_PERCENT}", re.IGNORECASE)
_CHANGE = re.compile(rf"\bfrom {_PLACE} to {_PLACE}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Share:
    """Like "six of the eight (75 per cent)"."""

    text: str
    part: Decimal
    whole: Decimal
    percent: int | None

    @property
    def adds_up(self) -> bool:
        """Return True if the part is not larger than the whole, and the percentage is their rounded ratio."""
        if self.part > self.whole or not self.whole:
            return False
        share = Fraction(self.part) / Fraction(self.whole)
        return self.percent is None or percent(share) == self.percent


def shares(sentence: str) -> Iterator[Share]:
    for found in _SHARE.finditer(sentence):
        part, whole = (Decimal(WORDS.get(word.lower(), word)) for word in found.group(1, 2))
        yield Share(found[0], part, whole, int(found[3]) if found[3] else None)


@dataclass(frozen=True, slots=True)
class Change:
    """Like "from third to first"."""

    text: str
    start: int
    before: Decimal
    after: Decimal


def changes(sentence: str) -> Iterator[Change]:
    for found in _CHANGE.finditer(sentence):
        before, after = (_place(word.lower()) for word in found.group(1, 2))
        yield Change(found[0], found.start(), before, after)


def _place(word: str) -> Decimal:
    return Decimal(numbers.ORDINALS[word] if word in numbers.ORDINALS else word[:-2])
