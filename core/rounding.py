"""Rounding of every number shown on pages and in the API, CSV, roundups and the admin: half up.

In SQL, `round(x::numeric, places)` gives the same result: PostgreSQL casts a double to numeric with 15
significant digits, and rounds halves away from zero.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import TypeAlias

Number: TypeAlias = int | float | Decimal | Fraction

_CONTEXT = Context(prec=60, rounding=ROUND_HALF_UP)


def exact(value: Number) -> Fraction:
    """Return an exact fraction. A float is read as a decimal of 15 significant digits: 0.285 is 285/1000."""
    if isinstance(value, float):
        return Fraction("%.15g" % value)  # noqa: UP031 # 15 significant digits, as in PostgreSQL
    return Fraction(value)


def half_up(value: Number, places: int = 0) -> Decimal:
    """Round to this many decimals, halves away from zero: 0.125 becomes 0.13."""
    if isinstance(value, Fraction):
        doubled = 2 * abs(value.numerator) * 10**places + value.denominator
        digits = doubled // (2 * value.denominator)
        return Decimal(digits if value >= 0 else -digits).scaleb(-places, _CONTEXT)
    number = Decimal("%.15g" % value) if isinstance(value, float) else Decimal(value)  # noqa: UP031
    return number.quantize(Decimal(1).scaleb(-places), context=_CONTEXT)


def percent(share: Number, places: int = 0) -> Decimal:
    """Return a share of 1 in per cent: 5/8 becomes 63."""
    return half_up(100 * exact(share), places)


def mean(values: Iterable[Number]) -> Fraction | None:
    """Return the exact mean, independent of the order of the values, or None if there are no values."""
    exactly = [exact(value) for value in values]
    return sum(exactly, Fraction()) / len(exactly) if exactly else None
