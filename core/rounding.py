"""Rounding of every number that is shown, on pages and in the API, CSV, roundups and the admin: half up.

In SQL `round(x::numeric, places)` gives the same: PostgreSQL casts a double to numeric with 15 significant
digits, and rounds halves away from zero.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import TypeAlias

Number: TypeAlias = int | float | Decimal | Fraction

_CONTEXT = Context(prec=60, rounding=ROUND_HALF_UP)


def exact(value: Number) -> Fraction:
    """Return the decimal that a float stands for: 0.285 is 285/1000, though no double is."""
    if isinstance(value, float):
        return Fraction("%.15g" % value)  # noqa: UP031 # the digits that PostgreSQL takes
    return Fraction(value)


def half_up(value: Number, places: int = 0) -> Decimal:
    """Round to so many decimals, halves away from zero: 0.125 is 0.13."""
    if isinstance(value, Fraction):
        doubled = 2 * abs(value.numerator) * 10**places + value.denominator
        digits = doubled // (2 * value.denominator)
        return Decimal(digits if value >= 0 else -digits).scaleb(-places, _CONTEXT)
    number = Decimal("%.15g" % value) if isinstance(value, float) else Decimal(value)  # noqa: UP031
    return number.quantize(Decimal(1).scaleb(-places), context=_CONTEXT)


def percent(share: Number, places: int = 0) -> Decimal:
    """Return a share of 1 in per cent: 5 of 8 is 63."""
    return half_up(100 * exact(share), places)


def mean(values: Iterable[Number]) -> Fraction | None:
    """Return the exact mean, in whichever order the values come; None of nothing."""
    exactly = [exact(value) for value in values]
    return sum(exactly, Fraction()) / len(exactly) if exactly else None
