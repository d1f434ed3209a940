"""Base classes and fields of response serializers."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from rest_framework import serializers

from core.rounding import half_up

# Comments instead of docstrings, because the OpenAPI schema would show those for every subclass.


# Response object with explicitly listed fields.
class ReadOnlySerializer(serializers.Serializer[Any]):
    pass


# Model row in a response: all fields are read-only, and so always present.
class RowSerializer(serializers.ModelSerializer[Any]):
    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            field.read_only = True
        return fields


@lru_cache(maxsize=16_384)  # most values of a leaderboard are the same in its next version
def rounded(value: float | None) -> float | None:
    """Round to six decimals; more would be noise."""
    return value and float(half_up(value, 6))  # keep None and 0


def moment(value: datetime | None) -> str | None:
    """Format a datetime as DRF's DateTimeField does, without creating the field."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Rounded(serializers.FloatField):
    """A float with six decimals."""

    def to_representation(self, value: Any) -> Any:
        return rounded(value)
