"""The forms that answers have."""

from datetime import UTC, datetime
from typing import Any

from rest_framework import serializers

# Comments, not docstrings: the OpenAPI schema would give those to every subclass.


# An object whose fields are listed one by one.
class Shape(serializers.Serializer[Any]):
    pass


# A row to read: its fields are all read only, and so always there.
class Row(serializers.ModelSerializer[Any]):
    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            field.read_only = True
        return fields


def rounded(value: float | None) -> float | None:
    """Six decimals: more would be noise."""
    return value and round(value, 6)  # None is none, and 0 is 0


def moment(value: datetime | None) -> str | None:
    """As DRF's field writes one, without making the field."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Rounded(serializers.FloatField):
    """A float with six decimals."""

    def to_representation(self, value: Any) -> Any:
        return rounded(value)
