"""Parse the three probabilities of a row: fractions such as 0.45, or percentages such as 45 or 45%. Pure.

Each row is parsed by itself. Three numbers that sum to 1 are fractions, and three that sum to 100 are
percentages; percent signs are on all three numbers or on none. A point or a comma is the decimal mark, as
numbers up to 100 have no thousands separators. All other rows are refused, so no unit is guessed.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from matches.feeds.providers.feed_format import BadEntry
from matches.feeds.providers.fields import Entry
from matches.models.predictions import sum_to_one

PROBABILITIES = ("p_home", "p_draw", "p_away")
NAMES = "p_home, p_draw and p_away"
PER_CENT, DECIMAL_COMMAS = (
    f"{NAMES} are in per cent in {{rows}}; they were divided by 100.",
    f"{NAMES} have decimal commas in {{rows}}.",
)
MORE_DECIMALS = "; write them with more decimals, or divide them by their sum"
_SPACES = r"[ \t\xa0\u2009\u202f]*"
_NUMBER = re.compile(rf"([+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?){_SPACES}(%?)", re.ASCII)

Chances = tuple[float | None, float | None, float | None]


@dataclass(frozen=True, slots=True)
class _Number:
    """A number of a row: its value, and if it has a percent sign or a decimal comma."""

    value: float
    has_sign: bool = False
    has_comma: bool = False


def probabilities_of(entry: Entry, forms: Counter[str]) -> Chances:
    """Return the probabilities of a row as fractions; a missing one is None. Raises BadEntry.

    If the row has percentages or decimal commas, increments `forms[PER_CENT]` or `forms[DECIMAL_COMMAS]`.
    """
    numbers = [_number(entry, name) for name in PROBABILITIES]
    home, draw, away = numbers
    if home is None or draw is None or away is None:
        home_value, draw_value, away_value = (number.value if number else None for number in numbers)
        return home_value, draw_value, away_value  # refused later, unless all three are missing
    given = (home, draw, away)
    chances = home.value, draw.value, away.value
    has_signs = _has_signs(given)
    if has_signs or not sum_to_one(*chances):
        chances = _hundredths(chances, has_signs=has_signs)
        forms[PER_CENT] += 1
    forms[DECIMAL_COMMAS] += any(number.has_comma for number in given)
    return chances


def _number(entry: Entry, key: str) -> _Number | None:
    value = value_of(entry, key)
    if value is None:
        return None
    if type(value) in (int, float):
        return _Number(float(value))
    found = _NUMBER.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise BadEntry(f"{key} is {quoted(value)}, not a number such as 0.45, 0,45 or 45%")
    return _Number(float(found[1].replace(",", ".")), found[2] == "%", "," in found[1])


def _has_signs(numbers: Sequence[_Number]) -> bool:
    """Return True if all numbers have percent signs, False if none has. Raises BadEntry for a mixture."""
    signs = {number.has_sign for number in numbers}
    if len(signs) > 1:
        bare = [name for name, each in zip(PROBABILITIES, numbers, strict=True) if not each.has_sign]
        raise BadEntry(
            f"{' and '.join(bare)} {'has' if len(bare) == 1 else 'have'} no percent sign, unlike the rest of"
            " the row; write all three alike"
        )
    return signs.pop()


def _hundredths(values: tuple[float, float, float], *, has_signs: bool) -> tuple[float, float, float]:
    """Return the percentages divided by 100. Raises BadEntry if they do not sum to 100."""
    home, draw, away = (float(Decimal(repr(value)).scaleb(-2)) for value in values)
    if sum_to_one(home, draw, away):
        return home, draw, away
    total = f"{sum(values):g}"
    if has_signs:
        hint = "; if they are fractions, remove the percent signs" if sum_to_one(*values) else MORE_DECIMALS
        raise BadEntry(f"the percentages sum to {total}, not to 100 (within 0.1){hint}")
    raise BadEntry(
        "the probabilities do not sum to 1 (within 0.001) or to 100 per cent (within 0.1), but to"
        f" {total}{MORE_DECIMALS}"
    )


def value_of(entry: Entry, key: str) -> Any:
    """Return the stripped value, or None if it is empty or missing."""
    value = entry.get(key)
    value = value.strip() if isinstance(value, str) else value
    return None if value == "" else value


def quoted(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
