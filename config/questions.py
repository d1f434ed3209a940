"""Questions in the ORM's words that are asked again and again: written once, planned once a connection."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from config import sql

Row = TypeVar("Row", bound=Model)
MAX_ID = 2**62  # a number that is no bigint would be compared with each row
_ASKED = -MAX_ID  # stands for the value while the SQL is written; no row has such an id


class Question(Generic[Row]):
    """The rows of a queryset that depends on one id: `Question(lambda id: Match.objects.filter(pk=id))`.

    Django writes such a statement for longer than PostgreSQL answers it. Everything else in it is a constant:
    the function is called once.
    """

    def __init__(self, about: Callable[[int], QuerySet[Row]]) -> None:
        self.about = about

    def asked(self, value: int) -> sql.Asked:
        """The statement, for `sql.ahead`."""
        statement, values = self._written
        return statement, [value if each == _ASKED else each for each in values]

    def __call__(self, value: int) -> list[Row]:
        found: Iterable[Any] = sql.rows(*self.asked(value))
        if self._converters:
            found = self._compiler.apply_converters(found, self._converters)
        return [self._made(row) for row in found]

    @cached_property
    def _compiler(self) -> Any:
        return self.about(_ASKED).query.get_compiler(connection=connection)

    @cached_property
    def _written(self) -> tuple[str, tuple[Any, ...]]:
        statement, values = self._compiler.as_sql()
        return statement, values

    @cached_property
    def _converters(self) -> Any:
        """Of columns whose values Python has in another form than the server sends them."""
        return self._compiler.get_converters([column for column, *_ in self._compiler.select])

    @cached_property
    def _own(self) -> tuple[Any, int, int, list[str]]:
        """The model, which columns of a row are its own, and the names of these."""
        info, select = self._compiler.klass_info, self._compiler.select
        start, stop = info["select_fields"][0], info["select_fields"][-1] + 1
        return info["model"], start, stop, [column.target.attname for column, *_ in select[start:stop]]

    @cached_property
    def _related(self) -> Any:
        """Those that put the objects of select_related in their places."""
        info, select = self._compiler.klass_info, self._compiler.select
        return get_related_populators(info, select, connection.alias)  # type: ignore[call-arg] # stubs of 6.1

    def _made(self, row: tuple[Any, ...]) -> Row:
        """What Django's own ModelIterable makes of a row."""
        model, start, stop, names = self._own
        made: Row = model.from_db(connection.alias, names, row[start:stop])
        for each in self._related:
            each.populate(row, made)
        return made
