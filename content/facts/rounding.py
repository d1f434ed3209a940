"""How the facts round, in one place: half up, as readers do."""

from decimal import ROUND_HALF_UP, Decimal


def percent(share: float) -> int:
    """0.625 is 63."""
    return int((Decimal(str(share)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def two_decimals(value: float) -> float:
    return float(Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP))
