"""Template of the test database, kept between runs on a server that is kept (tools/servers/kept.py).

A run copies it, which takes a tenth of the time of the migrations. Its name depends on all files that these
read; post_migrate runs again on each copy.
"""

import hashlib
import os

import psycopg
from psycopg import sql

from tools.servers.embedded import POSTGRES_IS_KEPT
from tools.servers.paths import CHECKOUT

TEST_DATABASE = "test_final_whistle"
MIGRATED_BY = (
    "requirements.txt",
    "*/migrations/*.py",
    "core/*/migrations/*.py",
    "*/sql/*.sql",
    "core/db/sql.py",
)


def is_kept() -> bool:
    return bool(os.environ.get(POSTGRES_IS_KEPT))


def restore() -> None:
    """Create the test database from the template, if there is one."""
    with _connect() as connection:
        if name() in _templates(connection):
            _copy(connection, name(), TEST_DATABASE)


def save() -> None:
    """Make the template from the migrated test database, to which no one may be connected."""
    with _connect() as connection:
        templates = _templates(connection)
        if name() in templates:
            return
        for old in templates:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
        _copy(connection, TEST_DATABASE, name())


def name() -> str:
    files = sorted(path for pattern in MIGRATED_BY for path in CHECKOUT.glob(pattern))
    texts = b"".join(path.read_bytes() for path in files)
    return "template_" + hashlib.sha256(texts).hexdigest()[:16]


def _connect() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def _templates(connection: psycopg.Connection) -> list[str]:
    found = connection.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'template\_%'")
    return [row[0] for row in found]


def _copy(connection: psycopg.Connection, source: str, target: str) -> None:
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(target), sql.Identifier(source)
        )
    )
