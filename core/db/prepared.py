"""Questions in the ORM's words that are asked again and again: written once, planned once a connection."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from core.db import sql

Row = TypeVar("Row", bound=Model)
MAX_ID = 2**62  # a number that is no bigint would be compared with each row
_ASKED = -MAX_ID  # stands for the value while the SQL is written; no row has such an id


class _Written(NamedTuple):
    """A statement, and how Django would make objects of its rows."""

    statement: str
    values: tuple[Any, ...]
    compiler: Any
    converters: Any  # of columns whose values Python has in another form than the server sends them
    model: Any
    own: slice  # the model's own columns among all
    names: list[str]  # and what they are called
    related: Any  # they put the objects of select_related in their places
    annotations: dict[str, int]  # the column of each annotation


class PreparedQuery(Generic[Row]):
    """The rows of a queryset that depends on one id: `PreparedQuery(lambda id: Match.objects.filter(pk=id))`.

    Django writes such a statement for longer than PostgreSQL answers it. Everything else in it is a constant:
    the function is called once.
    """

    def __init__(self, about: Callable[[int], QuerySet[Row]]) -> None:
        self.about = about

    def asked(self, value: int) -> sql.Statement:
        """The statement, for `sql.ahead`."""
        written = self._written
        return written.statement, [value if each == _ASKED else each for each in written.values]

    def __call__(self, value: int) -> list[Row]:
        written = self._written
        found: Iterable[Any] = sql.fetch_all(*self.asked(value))
        if written.converters:
            found = written.compiler.apply_converters(found, written.converters)
        return [self._made(row, written) for row in found]

    def _made(self, row: tuple[Any, ...], written: _Written) -> Row:
        """What Django's own ModelIterable makes of a row."""
        made: Row = written.model.from_db(connection.alias, written.names, row[written.own])
        for each in written.related:
            each.populate(row, made)
        for name, column in written.annotations.items():
            setattr(made, name, row[column])
        return made

    @cached_property
    def _written(self) -> _Written:
        compiler: Any = self.about(_ASKED).query.get_compiler(connection=connection)
        statement, values = compiler.as_sql()
        info, select = compiler.klass_info, compiler.select
        own = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        return _Written(
            statement,
            values,
            compiler,
            converters=compiler.get_converters([column for column, *_ in select]),
            model=info["model"],
            own=own,
            names=[column.target.attname for column, *_ in select[own]],
            related=get_related_populators(info, select, connection.alias),  # type: ignore[call-arg] # stubs of 6.1
            annotations=compiler.annotation_col_map or {},
        )
