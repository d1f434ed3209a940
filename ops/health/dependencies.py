"""What a process of ours needs from others, asked with short time-outs on connections of its own.

The connections that Django and RQ keep are not used: a server that hangs would hang them, too.
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

PATIENCE = 2  # seconds for the database to let us in, and again for its answer
DOORBELL_PATIENCE = 1  # seconds for Redis


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The state of each, in a word that may be shown to anybody: no names, addresses or versions."""

    database: str  # ok, down
    migrations: str  # ok, pending, unknown (while the database is down)
    redis: str  # ok, down

    @property
    def ready(self) -> bool:
        """Whether requests can be answered. Pages and results do without Redis (docs/adr/0008)."""
        return self.database == "ok" and self.migrations == "ok"


def check_dependencies() -> Dependencies:
    """Ask all of them; at most some five seconds, however dead they are."""
    try:
        pending = expected_migrations() - applied_migrations()
    except psycopg.Error as error:
        log.warning("the database does not answer", error=str(error).strip())
        return Dependencies("down", "unknown", redis_state())
    return Dependencies("ok", "pending" if pending else "ok", redis_state())


@cache
def expected_migrations() -> set[tuple[str, str]]:
    """Those that this version of the program needs. It does not mind newer ones."""
    return set(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def applied_migrations() -> set[tuple[str, str]]:
    """Those in the database, none in an empty one. Raises psycopg.Error where it does not answer in time."""
    wire = {"connect_timeout": PATIENCE, "tcp_user_timeout": PATIENCE * 1000}
    with psycopg.connect(**connection.get_connection_params() | wire) as own:
        own.execute(f"SET LOCAL statement_timeout = '{PATIENCE}s'")
        try:
            return set(own.execute("SELECT app, name FROM django_migrations").fetchall())
        except psycopg.errors.UndefinedTable:
            return set()


def redis_state() -> str:
    """`ok` or `down`."""
    options = {"socket_connect_timeout": DOORBELL_PATIENCE, "socket_timeout": DOORBELL_PATIENCE}
    try:
        with Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0), **options) as server:
            server.ping()
    except RedisError:
        return "down"
    return "ok"
