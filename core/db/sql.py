"""SQL in files, which migrations run, and execution of prepared statements.

From the first release on, a file that a migration runs is never edited. A new version is a new file with a
version in its name (prediction_lock_v2.sql), run by a new migration (docs/adr/0036).
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.operations import RunSQL

_INCLUDE = re.compile(r"^\\i (\S+)$", re.MULTILINE)

_lists: dict[str, str] = {}


def define_lists(lists: dict[str, str]) -> None:
    """Register lists of SQL literals, by names that end in _STATUSES.

    In SQL files, `read` replaces each of these names with its list.
    """
    _lists.update(lists)


def read(path: str) -> str:
    """Return the text of a .sql file, with the lists of `define_lists` inserted. `path` is below BASE_DIR.

    A line `\\i other.sql` is replaced with the text of that file, as in psql.
    """
    text = (Path(settings.BASE_DIR) / path).read_text(encoding="utf-8")
    text = _INCLUDE.sub(lambda line: read(line[1]), text)
    return re.sub(r"\b[A-Z_]+_STATUSES\b", lambda name: _lists[name[0]], text)


def snapshot() -> str:
    """Return PostgreSQL's current snapshot. It stays the same until another transaction ends.

    The connection's own writes do not change it, so it cannot be used to detect them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])


class _LoggedCursor(psycopg.Cursor[Any]):
    """Cursor that makes prepared statements visible in Django's query log.

    Django reads the text of a statement from psycopg's private attribute `_query`, which psycopg does not set
    for prepared statements. There is no public API for it.
    """

    def _send_query_prepared(self, name: bytes, pgq: Any, **how: Any) -> None:
        self._query = pgq
        super()._send_query_prepared(name, pgq, **how)


Statement = tuple[str, Any]  # a statement and its values


class _Prefetched(threading.local):
    """Thread-local results of prefetched statements."""

    answers: dict[str, tuple[Any, psycopg.Cursor[Any]]] = {}


_prefetched = _Prefetched()


def fetch_all(statement: str, values: Any = None) -> list[tuple[Any, ...]]:
    """Execute a statement and return its rows, or [] if the statement returns no rows.

    Inside `prefetch`, the prefetched result is returned instead. Use this function for frequent statements:
    after a few executions (`prepare_threshold` in the settings), a statement is prepared once per connection,
    because planning takes several times as long as execution. Name the columns instead of using `*`: a
    prepared `SELECT *` fails after a column has been added to the table.
    """
    cached_values, cursor = _prefetched.answers.pop(statement, (None, None))
    executed = cursor if cursor and cached_values == values else _execute(statement, values)
    return executed.fetchall() if executed.description else []


@contextmanager
def prefetch(*questions: Statement) -> Iterator[None]:
    """Context manager: execute these statements in one round trip. `fetch_all` then returns their results.

    A round trip to the server takes longer than most of these statements. Each result can be read once.
    """
    connection.cursor().close()  # connects, or checks that the connection is still usable
    with connection.wrap_database_errors, connection.connection.pipeline():
        _prefetched.answers = {
            statement: (values, _execute(statement, values)) for statement, values in questions
        }
    try:
        yield
    finally:
        _prefetched.answers = {}


def _execute(statement: str, values: Any) -> psycopg.Cursor[Any]:
    cursor = connection.cursor()  # connects if necessary, and keeps Django's logging and counting of queries
    cursor.cursor = bound = _LoggedCursor(connection.connection)
    cursor.execute(statement, values)
    return bound


class RunSQLFile(RunSQL):
    """RunSQL with its statements in a file. `reverse` is another file, or SQL that undoes the statements."""

    def __init__(self, path: str, *, reverse: str) -> None:
        self.path, self.reverse = path, reverse
        super().__init__(
            sql=[read(path)], reverse_sql=[read(reverse) if reverse.endswith(".sql") else reverse]
        )

    def deconstruct(self) -> tuple[str, list[str], dict[str, str]]:
        return (self.__class__.__name__, [self.path], {"reverse": self.reverse})

    def describe(self) -> str:
        return f"Run {self.path}"
