"""The forms that answers have."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from rest_framework import serializers

from core.rounding import half_up

# Comments, not docstrings: the OpenAPI schema would give those to every subclass.


# An object whose fields are listed one by one.
class ReadOnlySerializer(serializers.Serializer[Any]):
    pass


# A row to read: its fields are all read only, and so always there.
class RowSerializer(serializers.ModelSerializer[Any]):
    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            field.read_only = True
        return fields


@lru_cache(maxsize=16_384)  # most figures of a board stay the same from one version to the next
def rounded(value: float | None) -> float | None:
    """Round to six decimals; more would be noise."""
    return value and float(half_up(value, 6))  # None and 0 stay as they are


def moment(value: datetime | None) -> str | None:
    """As DRF's field writes one, without making the field."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Rounded(serializers.FloatField):
    """A float with six decimals."""

    def to_representation(self, value: Any) -> Any:
        return rounded(value)
