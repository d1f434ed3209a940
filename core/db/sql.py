"""SQL as files: reviewed as SQL, run by migrations, versioned and never edited after a release."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.operations import RunSQL


def read(path: str) -> str:
    """Return the text of a .sql file, its path relative to the project's root."""
    return (Path(settings.BASE_DIR) / path).read_text(encoding="utf-8")


def snapshot() -> str:
    """What PostgreSQL lets us see: the same as before, if and only if no other transaction ended since.

    Our own writes do not show in it, so two of them tell nothing about what we did in between.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])


class _Bound(psycopg.Cursor[Any]):
    """A cursor that also tells Django's log of queries which prepared statement it ran.

    Django reads the log's text from `_query`, and psycopg forgets to set it here. Neither has a public way:
    without this the log, and the tests that read it, would see that something was asked and not what.
    """

    def _send_query_prepared(self, name: bytes, pgq: Any, **how: Any) -> None:
        self._query = pgq
        super()._send_query_prepared(name, pgq, **how)


Statement = tuple[str, Any]  # a statement and its values


class _Ahead(threading.local):
    """What this thread has asked ahead."""

    answers: dict[str, tuple[Any, psycopg.Cursor[Any]]] = {}


_ahead = _Ahead()


def fetch_all(statement: str, values: Any = None) -> list[tuple[Any, ...]]:
    """The rows, if any, of a statement that is asked again and again, bound and planned by the server.

    After a few times (`prepare_threshold` in the settings) it is prepared once for the connection: planning
    one of ours takes several times as long as running it. Name its columns, no `*`: a plan that is kept does
    not learn of a new one.
    """
    asked, cursor = _ahead.answers.pop(statement, (None, None))
    answer = cursor if cursor and asked == values else _ask(statement, values)
    return answer.fetchall() if answer.description else []


@contextmanager
def prefetch(*questions: Statement) -> Iterator[None]:
    """Ask all of these in one go: whoever asks one of them in here by `fetch_all` finds it answered.

    A way to the server and back costs more than most of what is asked there. An answer is read once.
    """
    connection.cursor().close()  # it connects, or sees that the connection is still good
    with connection.wrap_database_errors, connection.connection.pipeline():
        _ahead.answers = {statement: (values, _ask(statement, values)) for statement, values in questions}
    try:
        yield
    finally:
        _ahead.answers = {}


def _ask(statement: str, values: Any) -> psycopg.Cursor[Any]:
    cursor = connection.cursor()  # as always: it connects, and what is asked is logged and counted
    cursor.cursor = bound = _Bound(connection.connection)
    cursor.execute(statement, values)
    return bound


class RunSQLFile(RunSQL):
    """RunSQL whose statements stand in a file. `reverse` is another file, or SQL that takes it back."""

    def __init__(self, path: str, *, reverse: str) -> None:
        self.path, self.reverse = path, reverse
        super().__init__(
            sql=[read(path)], reverse_sql=[read(reverse) if reverse.endswith(".sql") else reverse]
        )

    def deconstruct(self) -> tuple[str, list[str], dict[str, str]]:
        return (self.__class__.__name__, [self.path], {"reverse": self.reverse})

    def describe(self) -> str:
        return f"Run {self.path}"
