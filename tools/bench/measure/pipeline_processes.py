"""The Procfile's processes, running on the current database and restarted by the supervisor.

They always use a separate Valkey, which is deleted afterwards: the configured Redis may have other users, and
its contents would disturb the measurement.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from core.pipeline import health
from tools.bench.web import answers, web_settings
from tools.processes.interrupts import Interrupts
from tools.processes.process import ManagedProcess
from tools.processes.procfile import read_procfile
from tools.processes.supervisor import Supervisor
from tools.servers import environment
from tools.servers.paths import CHECKOUT
from tools.servers.ports import free_port
from tools.servers.unprivileged import temporary_home
from tools.servers.valkey import Valkey

TIMEOUT = 60  # seconds without progress


@dataclass(frozen=True, slots=True)
class PipelineProcesses:
    """The running processes, and the port of their web server."""

    supervisor: Supervisor
    port: int

    def until(self, condition: Callable[[], bool], *, progress: Callable[[], int] = int) -> None:
        """Wait until `condition` holds. Raises AssertionError with the ends of all logs if it stalls."""
        seen, deadline = progress(), time.monotonic() + TIMEOUT
        while not condition():
            self.supervisor.look_after()
            if (now := progress()) != seen:
                seen, deadline = now, time.monotonic() + TIMEOUT
            if time.monotonic() > deadline:
                logs = (f"--- {child.name}\n{child.last_words(12)}" for child in self.supervisor.clients)
                raise AssertionError("\n".join([f"no progress for {TIMEOUT} s", *logs]))
            time.sleep(0.05)


@contextmanager
def pipeline_processes(**variables: str) -> Iterator[PipelineProcesses]:
    """Start all processes, including the web server, and stop them afterwards. Raises ToolError."""
    home, port = temporary_home(), free_port()
    configured = settings.RQ_QUEUES
    supervisor = Supervisor(
        servers=[], pids=home / "pids.json", say=lambda _: None, interruptions=Interrupts(), grace=10
    )
    try:
        valkey = Valkey(home, log=home / "valkey.log")
        supervisor.servers.append(valkey)
        supervisor.start_servers()
        environ = environment.child_environment(web_settings(port) | {"REDIS_URL": valkey.url} | variables)
        commands = read_procfile((CHECKOUT / "Procfile").read_text(encoding="utf-8"), environ)
        supervisor.start_clients(
            [
                ManagedProcess(name, argv, environ, CHECKOUT, home / f"{name}.log")
                for name, argv in commands.items()
            ]
        )
        # This process pushes to that Valkey as well.
        settings.RQ_QUEUES = {name: {**queue, "URL": valkey.url} for name, queue in configured.items()}
        processes = PipelineProcesses(supervisor, port)
        processes.until(lambda: answers(port))
        processes.until(_workers_are_ready)
        yield processes
    finally:
        settings.RQ_QUEUES = configured
        supervisor.stop()
        shutil.rmtree(home, ignore_errors=True)


def _workers_are_ready() -> bool:
    workers = health.workers_by_queue(now=timezone.now()).values()
    return all(each.alive for each in workers) and health.schedulers() > 0
