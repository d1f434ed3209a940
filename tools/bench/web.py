"""The Procfile's processes on the current database: the web server alone, or all of them.

The pipeline always uses a separate Valkey, which is deleted afterwards: the configured Redis may have other
users, and its contents would disturb the measurement.
"""

import secrets
import shutil
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message

from django.conf import settings
from django.utils import timezone

from core.pipeline import health
from tools.bench.database import address
from tools.processes.interrupts import Interrupts
from tools.processes.process import ManagedProcess, procfile_processes
from tools.processes.supervisor import Supervisor
from tools.servers import environment
from tools.servers.environment import free_port
from tools.servers.unprivileged import temporary_home
from tools.servers.valkey import Valkey

TIMEOUT = 60  # seconds without progress of the pipeline
UNREACHABLE_LIMIT = "1000000000"  # requests per minute: counted as in production, but never refused


@contextmanager
def web(application: str = "tools.bench.wsgi", **variables: str) -> Iterator[int]:
    """Start the web process of the Procfile with these environment variables; yield its port."""
    with web_process({"config.wsgi": application}, **variables) as (port, _):
        yield port


@contextmanager
def web_process(words: Mapping[str, str], **variables: str) -> Iterator[tuple[int, ManagedProcess]]:
    """Start the web process of the Procfile; yield its port and the process.

    `words` is a dict of replacements for single words of the command line.
    """
    home, port = temporary_home(), free_port()
    environ = environment.child_environment(web_settings(port) | variables)
    child, *_ = procfile_processes(environ, home)
    child.argv = [words.get(word, word) for word in child.argv]
    try:
        child.start()
        child.wait_until(
            lambda: environment.responds(port), title="The web server", tick=lambda: time.sleep(0.1)
        )
        yield port, child
    finally:
        child.stop(grace=10)
        shutil.rmtree(home, ignore_errors=True)


def web_settings(port: int) -> dict[str, str]:
    """Return the environment variables of a web server that uses the current database."""
    return {
        "DATABASE_URL": address(),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DEBUG": "false",
        "BEHIND_TLS": "false",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
        "API_READS_PER_MINUTE": UNREACHABLE_LIMIT,
    }


def get(port: int, path: str) -> Message:
    """Send a GET request and return the headers of its response."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as response:
        headers: Message = response.headers
    return headers


@dataclass(frozen=True, slots=True)
class PipelineProcesses:
    """The running processes, and the port of their web server."""

    supervisor: Supervisor
    port: int

    def until(self, condition: Callable[[], bool], *, progress: Callable[[], int] = int) -> None:
        """Wait until `condition()` returns True, and restart processes that die.

        If `progress()` does not change for TIMEOUT seconds, raise AssertionError with the last lines of all
        logs.
        """
        seen, deadline = progress(), time.monotonic() + TIMEOUT
        while not condition():
            self.supervisor.restart_failed()
            if (now := progress()) != seen:
                seen, deadline = now, time.monotonic() + TIMEOUT
            if time.monotonic() > deadline:
                logs = (f"--- {child.name}\n{child.log_tail(12)}" for child in self.supervisor.clients)
                raise AssertionError("\n".join([f"no progress for {TIMEOUT} s", *logs]))
            time.sleep(0.05)


@contextmanager
def pipeline_processes(**variables: str) -> Iterator[PipelineProcesses]:
    """Start all processes of the Procfile and yield them when they are ready; stop them afterwards.

    Raises ToolError or AssertionError if the processes do not become ready.
    """
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
        supervisor.start_clients(procfile_processes(environ, home))
        # This process adds its jobs to that Valkey as well.
        settings.RQ_QUEUES = {name: {**queue, "URL": valkey.url} for name, queue in configured.items()}
        processes = PipelineProcesses(supervisor, port)
        processes.until(lambda: environment.responds(port))
        processes.until(_workers_are_ready)
        yield processes
    finally:
        settings.RQ_QUEUES = configured
        supervisor.stop()
        shutil.rmtree(home, ignore_errors=True)


def _workers_are_ready() -> bool:
    workers = health.workers_by_queue(now=timezone.now()).values()
    return all(each.alive for each in workers) and health.schedulers() > 0
