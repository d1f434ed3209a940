"""PostgreSQL servers for tests that stay up between runs, so that a short run starts within seconds.

Each checkout has a folder for them. A run takes the first server that no other run uses, or starts one:

0.lock   held by the run that uses server 0
0/       data and logs of server 0; 0/url exists while it runs

`python -m tools.servers.kept FOLDER` is the keeper, the parent process of one server. It stops the server and
deletes its folder when no run has used it for a while. If the keeper is killed, the kernel stops the server
(Linux), and the next run starts another.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from tools.processes.interrupts import ToolError
from tools.processes.process import ManagedProcess
from tools.processes.system import running_with, terminate
from tools.servers import postgres
from tools.servers.environment import child_environment
from tools.servers.paths import CHECKOUT, LOCAL, Lock, make_private, write_private
from tools.servers.postgres import find_binaries, version_of

IDLE_SECONDS = float(os.environ.get("TEST_SERVER_IDLE_SECONDS") or 1800)
LEFT_DATABASES = (
    "SELECT datname FROM pg_database WHERE datname NOT LIKE 'template%' AND datname <> 'postgres'"
)
LEFT_ROLES = f"SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg_%' AND rolname <> '{postgres.NAME}'"

_started: list[subprocess.Popen[bytes]] = []  # Python warns if a Popen is deleted while its process runs


class KeptPostgres:
    """PostgreSQL server that is kept for the next run. `stop` releases its lock and leaves it running."""

    name = "postgres"

    def __init__(self, home: Path):
        self.home = home
        self.url = ""
        self.lock: Lock | None = None

    def launch(self) -> None:
        """Take the lock of the first server that no other run uses.

        If this server does not run or respond, or if its version or settings have changed, discard its data
        and start it again.
        """
        self.lock, self.folder = _take(self.home)
        self.fingerprint = _fingerprint()
        self.keeper = ManagedProcess(
            name="keeper",
            argv=[sys.executable, "-m", "tools.servers.kept", str(self.folder)],
            env=child_environment({}),
            cwd=CHECKOUT,
            log=self.folder / "keeper.log",
            outlives_parent=True,
        )
        if not (self._is_ready() and _keepers_of(self.folder)):
            discard(self.folder)
            make_private(self.folder)
            _started.append(self.keeper.start())

    def wait_until_ready(self, tick: Callable[[], None] = lambda: None) -> None:
        """Wait until the server accepts connections, then delete the databases and roles of earlier runs."""
        if self.keeper.process:
            self.keeper.wait_until(self._is_ready, title="PostgreSQL", tick=tick)
        self._empty()

    def _is_ready(self) -> bool:
        try:
            self.url, fingerprint = (self.folder / "url").read_text(encoding="utf-8").split()
            psycopg.connect(self.url, connect_timeout=3).close()
        except (FileNotFoundError, psycopg.OperationalError):
            return False
        return fingerprint == self.fingerprint

    def _empty(self) -> None:
        """Delete the databases and roles of earlier runs and create an empty database.

        Template databases are kept, because runs only copy them.
        """
        server = self.url.rpartition("/")[0] + "/postgres"
        with psycopg.connect(server, autocommit=True) as connection:
            for (name,) in connection.execute(LEFT_DATABASES).fetchall():
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            for (name,) in connection.execute(LEFT_ROLES).fetchall():
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
            connection.execute(f"CREATE DATABASE {postgres.NAME}")

    def stop(self, grace: float = 30) -> None:
        if self.lock:
            os.utime(self.lock.path)  # the idle time begins
            self.lock.release()


def _take(home: Path) -> tuple[Lock, Path]:
    number = 0
    while not (lock := Lock(home / f"{number}.lock")).take(f"process {os.getpid()}"):
        number += 1
    return lock, home / str(number)


def _fingerprint() -> str:
    """Return a text that changes with the version of the server and with its settings."""
    settings = hashlib.sha256(Path(postgres.__file__).read_bytes()).hexdigest()
    return f"{version_of(find_binaries())}-{settings}"


def _keepers_of(folder: Path) -> list[int]:
    return running_with(Path(sys.executable).name, str(folder))


def discard(folder: Path) -> None:
    """Stop a server and delete its data. The caller must hold its lock."""
    for keeper in _keepers_of(folder):
        terminate(keeper, signal.SIGTERM)
    for data in folder.glob("pg*"):
        for pid in running_with("postgres", str(data)):
            terminate(pid, signal.SIGINT)
    shutil.rmtree(folder, ignore_errors=True)


def discard_unused(home: Path) -> None:
    """Discard all servers that no run uses."""
    for path in home.glob("*.lock"):
        lock = Lock(path)
        if lock.take("`./run test --fresh`"):
            discard(path.with_suffix(""))
            lock.release()


def keep(folder: Path) -> None:
    """Run a test server until it is idle or ends, its file `url` is deleted, or SIGTERM arrives."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    server = postgres.Postgres(folder, local=LOCAL, log=folder / "postgres.log", throwaway=True)
    url, lock = folder / "url", Lock(folder.with_suffix(".lock"))
    try:
        server.launch()
        server.wait_until_ready()
        write_private(url, f"{server.url}\n{_fingerprint()}\n")
        while server.child.is_running() and url.exists() and not _is_idle(lock):
            time.sleep(1)
    finally:
        url.unlink(missing_ok=True)
        server.stop(grace=10)
    shutil.rmtree(folder, ignore_errors=True)


def _is_idle(lock: Lock) -> bool:
    """Return True, and take the lock, if no run has used the server for IDLE_SECONDS; else return False."""
    if time.time() - lock.path.stat().st_mtime < IDLE_SECONDS:
        return False
    if lock.take("the keeper, which stops the server"):
        return True
    os.utime(lock.path)  # a long run: the idle time begins when it ends
    return False


if __name__ == "__main__":
    try:
        keep(Path(sys.argv[1]))
    except ToolError as error:
        sys.exit(str(error))
