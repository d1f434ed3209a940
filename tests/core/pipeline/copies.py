"""More rows of any model, made from one that is there: for tests that compare short lists with long ones."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Field, Model, UniqueConstraint

CLOSED = 2  # hardness of a field with a fixed set of values
IN_SQL = {"matches.prediction": [("forecaster",)]}  # unique indexes that a migration made in SQL
_numbers = count(1)


def add_copies(model: type[Model], number: int) -> None:
    """Insert copies of the first row. Triggers are off: a copy need not be something that can happen."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        for _ in range(number):
            _copy(model._base_manager.order_by("pk")[0])
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = origin")


def _copy(row: Model) -> Model:
    """Insert a copy that differs in one field of each unique set of fields; related rows are shared."""
    model = type(row)
    number = next(_numbers)
    values = {field.attname: getattr(row, field.attname) for field in _stored(model)}
    for fields in _unique_sets(model):
        field = min(fields, key=_hardness)
        if values[field.attname] is not None and _hardness(field) < CLOSED:
            values[field.attname] = _varied(field, row, number)
    return model._base_manager.create(**values)


def _stored(model: type[Model]) -> list[Field[Any, Any]]:
    return [
        field
        for field in model._meta.concrete_fields
        if not field.generated and not (field.primary_key and field.get_internal_type().endswith("AutoField"))
    ]


def _unique_sets(model: type[Model]) -> list[list[Field[Any, Any]]]:
    stored = _stored(model)
    named = [
        *IN_SQL.get(model._meta.label_lower, []),
        *model._meta.unique_together,
        *(each.fields for each in model._meta.constraints if isinstance(each, UniqueConstraint)),
    ]
    sets = [[field] for field in stored if field.unique]
    return sets + [
        [model._meta.get_field(name) for name in names]
        for names in named
        if names and "id" not in names  # the id of the copy is new
    ]


def _hardness(field: Field[Any, Any]) -> int:
    """Order the fields by how freely they may be varied."""
    if field.choices or field.get_internal_type() == "BooleanField":
        return CLOSED
    return 1 if field.is_relation else 0


def _varied(field: Field[Any, Any], row: Model, number: int) -> Any:
    value = getattr(row, field.attname)
    if field.is_relation:
        return _copy(getattr(row, field.name)).pk
    if isinstance(value, datetime | date):
        return value + timedelta(days=number)
    if isinstance(value, UUID):
        return uuid4()
    if isinstance(value, int):
        return value + number
    return f"{number}{value}"[: field.max_length]
