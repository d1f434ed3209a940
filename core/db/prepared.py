"""ORM queries that are compiled once per process and planned once per connection."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from core.db import sql

Row = TypeVar("Row", bound=Model)
MAX_ID = 2**62  # values that exceed bigint would be compared as numeric, without using an index
_PLACEHOLDER = -MAX_ID  # placeholder for the id while the query is compiled; no row has this id


class _Compiled(NamedTuple):
    """A compiled statement, and what is needed to make model instances of its rows."""

    statement: str
    values: tuple[Any, ...]
    compiler: Any
    converters: Any  # for columns whose Python type differs from what the driver returns
    model: Any
    own: slice  # slice of the selected columns that belongs to the model itself
    names: list[str]  # attribute names of these columns
    related: Any  # populators of select_related
    annotations: dict[str, int]  # column index of each annotation


class PreparedQuery(Generic[Row]):
    """Query that depends on one id: `PreparedQuery(lambda id: Match.objects.filter(pk=id))`.

    Django takes longer to compile such a query than PostgreSQL to run it, so it is compiled only once.
    Everything but the id must be constant, because the function is called only once.
    """

    def __init__(self, about: Callable[[int], QuerySet[Row]]) -> None:
        self.about = about

    def statement(self, value: int) -> sql.Statement:
        """Return the SQL statement and its values for this id, as `sql.prefetch` expects them."""
        compiled = self._compiled
        return compiled.statement, [value if each == _PLACEHOLDER else each for each in compiled.values]

    def __call__(self, value: int) -> list[Row]:
        compiled = self._compiled
        found: Iterable[Any] = sql.fetch_all(*self.statement(value))
        if compiled.converters:
            found = compiled.compiler.apply_converters(found, compiled.converters)
        return [self._instance(row, compiled) for row in found]

    def _instance(self, row: tuple[Any, ...], compiled: _Compiled) -> Row:
        """Make a model instance from a row, as Django's ModelIterable does."""
        made: Row = compiled.model.from_db(connection.alias, compiled.names, row[compiled.own])
        for each in compiled.related:
            each.populate(row, made)
        for name, column in compiled.annotations.items():
            setattr(made, name, row[column])
        return made

    @cached_property
    def _compiled(self) -> _Compiled:
        compiler: Any = self.about(_PLACEHOLDER).query.get_compiler(connection=connection)
        statement, values = compiler.as_sql()
        info, select = compiler.klass_info, compiler.select
        own = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        return _Compiled(
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
