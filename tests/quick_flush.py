"""Flush of the test database after a test that commits: only tables with rows are emptied.

It replaces Django's flush, which empties all tables and then creates every content type, permission and group
again: that takes longer than most of these tests. The result is the same. No code of the project is
replaced.
"""

from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase

from matches.feeds.polling.seed import ensure_feeds

# Filled by migrate; no test changes them.
MADE_BY_MIGRATE = {
    *("django_migrations", "django_content_type"),
    *("auth_permission", "auth_group", "auth_group_permissions"),
}

SIZE = "SELECT '{0}', pg_table_size('{0}') WHERE EXISTS (SELECT FROM {0})"
SMALL = 1_000_000  # bytes; what was deleted stays in the files


def install() -> None:
    """Use `flush` in all tests."""
    TransactionTestCase._fixture_teardown = flush  # type: ignore[method-assign]


def flush(_: Any = None) -> None:
    """Leave the database as migrate left it."""
    names = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    quoted = sorted(map(connection.ops.quote_name, names - MADE_BY_MIGRATE))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(map(SIZE.format, quoted)))
        sizes = dict(cursor.fetchall())
        if sizes and max(sizes.values()) < SMALL and _is_superuser(cursor):
            # Without triggers and foreign keys. To truncate takes a hundred times as long.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("; ".join(f"DELETE FROM {name}" for name in sizes))
        elif sizes:
            cursor.execute(f"TRUNCATE {', '.join(sizes)} CASCADE")
    ensure_feeds()


def _is_superuser(cursor: Any) -> bool:
    """Return True on servers of `./run test`; the role in your own DATABASE_URL may have fewer rights."""
    cursor.execute("SHOW is_superuser")
    return cursor.fetchone()[0] == "on"
