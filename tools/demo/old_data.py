"""Data in `.local/` that a version before the first release made: its migrations no longer exist."""

import psycopg

from tools.servers.errors import ToolError

# Every unreleased version called this table otherwise, even if it had a migration of the same name.
IS_OLD = "SELECT to_regclass('matches_llmquestion') IS NULL"


def is_new(url: str) -> bool:
    """Return whether nothing has been migrated in this database yet."""
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,)


def require_current(url: str, name: str) -> None:
    """Raise ToolError if the data of `./run <name>` cannot be migrated."""
    if is_new(url):
        return
    with psycopg.connect(url) as connection:
        is_old = connection.execute(IS_OLD).fetchone() == (True,)
    if is_old:
        raise ToolError(
            f"The data in .local/{name} is of an earlier, unreleased version and cannot be migrated:"
            f" run `./run {name} --reset`, which deletes it."
        )
