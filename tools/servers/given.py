"""Checks of the servers in DATABASE_URL and REDIS_URL before anything is started."""

import os

import environ
import psycopg
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from config import env
from tools.servers.errors import ToolError

TIMEOUT = 5  # seconds


def require_readable() -> None:
    """Raise ToolError if one of the URLs cannot be parsed."""
    named = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
    if faults := env.value_errors(named):
        raise ToolError("\n".join(faults))


def require_answers() -> None:
    """Raise ToolError if a URL cannot be parsed or its server does not respond. Shows no password."""
    require_readable()
    if url := os.environ.get("DATABASE_URL"):
        _require_postgres(url)
    if url := os.environ.get("REDIS_URL"):
        _require_redis(url)


def _require_postgres(url: str) -> None:
    found = environ.Env.db_url_config(url)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    values = {libpq: found[ours] for ours, libpq in names.items() if found.get(ours)}
    options = {"connect_timeout": TIMEOUT} | found.get("OPTIONS", {})
    try:
        psycopg.connect(**values | options).close()
    except psycopg.Error as error:
        raise ToolError(f"DATABASE_URL: {_first_line(error)}. Start PostgreSQL, or correct it.") from None


def _require_redis(url: str) -> None:
    try:
        with Redis.from_url(
            url, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT, retry=Retry(NoBackoff(), 0)
        ) as server:
            server.ping()
    except RedisError as error:
        raise ToolError(f"REDIS_URL: {_first_line(error)}. Start Redis or Valkey, or correct it.") from None


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
