"""The Procfile's processes, running on the current database and restarted by the supervisor.

They always use a separate Valkey, which is deleted afterwards: the configured Redis may have other users, and
its contents would disturb the measurement.
"""

import secrets
import shutil
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from core.pipeline import health
from tools.bench.database import address
from tools.processes.interrupts import Interrupts
from tools.processes.process import ManagedProcess
from tools.processes.procfile import read_procfile
from tools.processes.supervisor import Supervisor
from tools.servers import embedded, environment
from tools.servers.paths import CHECKOUT
from tools.servers.ports import free_port
from tools.servers.unprivileged import temporary_home
from tools.servers.valkey import Valkey

PATIENCE = 60  # seconds without progress


@dataclass(slots=True)
class PipelineProcesses:
    """A running Valkey, and the processes once they are started."""

    supervisor: Supervisor
    home: Path
    settings: dict[str, str]

    @property
    def site(self) -> str:
        return self.settings["SITE_URL"]

    def start_processes(self) -> None:
        """Start all processes of the Procfile, including the web server, and wait until all are up."""
        environ = environment.child_environment(self.settings)
        commands = read_procfile((CHECKOUT / "Procfile").read_text(encoding="utf-8"), environ)
        self.supervisor.start_clients(
            [
                ManagedProcess(name, argv, environ, CHECKOUT, self.home / f"{name}.log")
                for name, argv in commands.items()
            ]
        )
        self.until(self._web_answers)
        self.until(_workers_are_ready)

    def until(self, fact: Callable[[], bool], *, progress: Callable[[], int] = int) -> None:
        """Wait until `fact` returns True. Raises AssertionError with the ends of all logs if it stalls."""
        seen, deadline = progress(), time.monotonic() + PATIENCE
        while not fact():
            self.supervisor.look_after()
            if (now := progress()) != seen:
                seen, deadline = now, time.monotonic() + PATIENCE
            if time.monotonic() > deadline:
                raise AssertionError(f"nothing new for {PATIENCE} s\n{self._last_words()}")
            time.sleep(0.05)

    def _web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.site}/healthz/", timeout=5):
                return True
        except OSError:
            return False

    def _last_words(self) -> str:
        return "\n".join(f"--- {child.name}\n{child.last_words(12)}" for child in self.supervisor.clients)


@contextmanager
def stage(**variables: str) -> Iterator[PipelineProcesses]:
    """Context manager: a Valkey for us and the processes, gone afterwards. Raises ToolError."""
    home = temporary_home()
    supervisor = Supervisor(
        servers=[], pids=home / "pids.json", say=lambda _: None, interruptions=Interrupts(), grace=10
    )
    try:
        valkey = Valkey(home, log=home / "valkey.log")
        supervisor.servers.append(valkey)
        supervisor.start_servers()
        with _push_to(valkey.url):
            yield PipelineProcesses(supervisor, home, _settings(valkey) | variables)
    finally:
        supervisor.stop()
        shutil.rmtree(home, ignore_errors=True)


def _workers_are_ready() -> bool:
    return (
        all(crew.alive for crew in health.workers_by_queue(now=timezone.now()).values())
        and health.schedulers() > 0
    )


def _settings(valkey: embedded.Server) -> dict[str, str]:
    port = free_port()
    return {
        "DATABASE_URL": address(),
        "REDIS_URL": valkey.url,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DEBUG": "false",
        "BEHIND_TLS": "false",
        "ALLOWED_HOSTS": "127.0.0.1",
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "WARNING",
    }


@contextmanager
def _push_to(url: str) -> Iterator[None]:
    """Make this process push to that Valkey as well."""
    configured = settings.RQ_QUEUES
    settings.RQ_QUEUES = {name: {**queue, "URL": url} for name, queue in configured.items()}
    try:
        yield
    finally:
        settings.RQ_QUEUES = configured
