"""PostgreSQL and Valkey for a command: those of DATABASE_URL and REDIS_URL, or else embedded servers."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import environ
import psycopg
from redis.exceptions import RedisError

from config import env
from tools.processes.interrupts import ToolError
from tools.processes.process import rotate
from tools.servers.kept import KeptPostgres
from tools.servers.paths import LOCAL, make_private
from tools.servers.postgres import Postgres
from tools.servers.unprivileged import kept_home, reachable_home, temporary_home
from tools.servers.valkey import Valkey, ping

Server = Postgres | Valkey
VARIABLES = {"postgres": "DATABASE_URL", "valkey": "REDIS_URL"}
POSTGRES_IS_KEPT = "TEST_POSTGRES_IS_KEPT"  # read by tests/database_template.py


def wanted_servers(data: str) -> list[Server]:
    """Return the embedded servers with data in `.local/<data>`, in the order in which they are stopped.

    PostgreSQL is left out if DATABASE_URL is set, Valkey if REDIS_URL is set.
    """
    home = make_private(make_private(LOCAL) / data)
    logs = make_private(LOCAL / "logs")
    servers: list[Server] = []
    if not os.environ.get("REDIS_URL"):
        servers.append(Valkey(home, log=rotate(logs / "valkey.log")))
    if not os.environ.get("DATABASE_URL"):
        servers.append(Postgres(reachable_home(home, LOCAL), local=LOCAL, log=rotate(logs / "postgres.log")))
    return servers


def start(
    servers: Sequence[Server | KeptPostgres], tick: Callable[[], None] = lambda: None
) -> dict[str, str]:
    """Start the servers in parallel. When all are ready, return a dict: variable name -> server's URL."""
    for server in servers:
        server.launch()
    for server in servers:
        server.wait_until_ready(tick)
    return {VARIABLES[server.name]: server.url for server in servers}


def stop(servers: Sequence[Server | KeptPostgres], grace: float = 30) -> None:
    """Stop the servers in the given order (Valkey before PostgreSQL). Their clients must have stopped."""
    for server in servers:
        server.stop(grace)


@contextmanager
def for_tests() -> Iterator[dict[str, str]]:
    """Start servers for one test run and yield environment variables with their URLs.

    Each run starts a new Valkey, which takes 0.1 s. PostgreSQL keeps running for the next run, unless the
    variable CI is set. It runs with settings that are fast but can lose data.
    """
    home = temporary_home()
    servers: list[Server | KeptPostgres] = []
    try:
        if not os.environ.get("REDIS_URL"):
            servers.append(Valkey(home, log=home / "valkey.log"))
        if not os.environ.get("DATABASE_URL"):
            if os.environ.get("CI"):
                servers.append(Postgres(home, local=LOCAL, log=home / "postgres.log", throwaway=True))
            else:
                servers.append(KeptPostgres(kept_home()))
        is_kept = any(isinstance(server, KeptPostgres) for server in servers)
        yield start(servers) | {POSTGRES_IS_KEPT: "true" if is_kept else ""}
    finally:
        stop(servers, grace=10)
        shutil.rmtree(home, ignore_errors=True)


TIMEOUT = 5  # seconds


def require_readable() -> None:
    """Raise ToolError if DATABASE_URL or REDIS_URL is set but cannot be parsed."""
    named = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
    if faults := env.value_errors(named):
        raise ToolError("\n".join(faults))


def require_answers() -> None:
    """Raise ToolError if DATABASE_URL or REDIS_URL cannot be parsed, or if its server does not respond.

    The error message contains no password.
    """
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
        ping(url, timeout=TIMEOUT)
    except RedisError as error:
        raise ToolError(f"REDIS_URL: {_first_line(error)}. Start Redis or Valkey, or correct it.") from None


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
