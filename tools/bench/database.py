"""Databases of the benchmark, on the configured server: create, switch to, drop."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.management import call_command
from django.db import connection


class Databases:
    """Copies of one migrated, empty database. `use` switches Django's connection to one of them."""

    def __init__(self) -> None:
        self.home = str(connection.settings_dict["NAME"])
        self.prefix = f"{self.home}_bench_{os.getpid()}"
        self.names: list[str] = []

    def make_template(self) -> None:
        self._make("empty", template="template0")
        call_command("migrate", verbosity=0, interactive=False)

    def make(self, name: str) -> None:
        """Create a migrated, empty database and switch to it."""
        self._make(name, template=f"{self.prefix}_empty")

    def _make(self, name: str, *, template: str) -> None:
        self._go_to(self.home)
        execute(f'CREATE DATABASE "{self.prefix}_{name}" TEMPLATE "{template}"')
        self.names.append(name)
        self.use(name)

    def use(self, name: str) -> None:
        self._go_to(f"{self.prefix}_{name}")

    def drop(self, name: str) -> None:
        self._go_to(self.home)
        execute(f'DROP DATABASE IF EXISTS "{self.prefix}_{name}" WITH (FORCE)')
        self.names.remove(name)

    def drop_all(self) -> None:
        for name in [*self.names]:
            self.drop(name)

    def _go_to(self, database: str) -> None:
        connection.close()
        connection.settings_dict["NAME"] = database
        settings.DATABASES["default"]["NAME"] = database


@contextmanager
def databases() -> Iterator[Databases]:
    """Yield a Databases object; drop all its databases afterwards, even after an error."""
    made = Databases()
    try:
        made.make_template()
        yield made
    finally:
        made.drop_all()


def address() -> str:
    """Return the DATABASE_URL of the current database, for other processes."""
    it = connection.settings_dict
    user, password, host, name = (
        quote(str(it[key]), safe="") for key in ("USER", "PASSWORD", "HOST", "NAME")
    )
    return f"postgres://{user}:{password}@{host}:{it['PORT']}/{name}"


def execute(statement: str, values: Any = None) -> Any:
    """Execute a statement; return the first row of the result, or None if there is no row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone() if cursor.description else None


def server_setting(name: str) -> str:
    """Return the value of a server setting, e.g. of "fsync"."""
    return str(execute("SELECT current_setting(%s)", [name])[0])


def wal_position() -> int:
    """Return the number of bytes that the server has ever written to its WAL."""
    return int(execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")[0])


def vacuum_and_checkpoint() -> None:
    """Run VACUUM ANALYZE and CHECKPOINT, so that earlier changes do not slow down a measurement."""
    execute("VACUUM (ANALYZE)")
    execute("CHECKPOINT")
