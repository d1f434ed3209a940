"""Readiness checks of PostgreSQL, migrations and Redis, with short timeouts on separate connections.

The connections of Django and RQ are not used: they would block if a server hangs.
"""

from dataclasses import dataclass
from functools import cache

import psycopg
import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = structlog.get_logger("pipeline")

DATABASE_TIMEOUT = 2  # seconds for the connection, and again for the query
REDIS_TIMEOUT = 1  # seconds


@dataclass(frozen=True, slots=True)
class Dependencies:
    """State of each dependency. Safe to publish: contains no names, addresses or versions."""

    database: str  # ok, down
    migrations: str  # ok, pending, unknown (while the database is down)
    redis: str  # ok, down

    @property
    def ready(self) -> bool:
        """Return True if requests can be served. Pages and results do not require Redis (docs/adr/0008)."""
        return self.database == "ok" and self.migrations == "ok"


def check_dependencies() -> Dependencies:
    """Check all dependencies. Takes at most about five seconds, even if all of them hang."""
    try:
        pending = expected_migrations() - applied_migrations()
    except psycopg.Error as error:
        log.warning("the database does not respond", error=str(error).strip())
        return Dependencies("down", "unknown", redis_state())
    return Dependencies("ok", "pending" if pending else "ok", redis_state())


@cache
def expected_migrations() -> set[tuple[str, str]]:
    """Return the migrations in this version of the code as (app, name).

    A database that was migrated by a newer version contains additional migrations.
    """
    return set(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def applied_migrations() -> set[tuple[str, str]]:
    """Return the applied migrations as (app, name); the set is empty for an empty database.

    Raises psycopg.Error if the server does not respond in time.
    """
    timeouts = {"connect_timeout": DATABASE_TIMEOUT, "tcp_user_timeout": DATABASE_TIMEOUT * 1000}
    with psycopg.connect(**connection.get_connection_params() | timeouts) as own:
        own.execute(f"SET LOCAL statement_timeout = '{DATABASE_TIMEOUT}s'")
        try:
            return set(own.execute("SELECT app, name FROM django_migrations").fetchall())
        except psycopg.errors.UndefinedTable:
            return set()


def redis_state() -> str:
    """Ping Redis and return `ok` or `down`."""
    options = {"socket_connect_timeout": REDIS_TIMEOUT, "socket_timeout": REDIS_TIMEOUT}
    try:
        with Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0), **options) as server:
            server.ping()
    except RedisError:
        return "down"
    return "ok"
