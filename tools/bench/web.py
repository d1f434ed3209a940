"""Web servers as in the Procfile, on the current database, stopped afterwards."""

import secrets
import shutil
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import Message

from tools.bench.database import address
from tools.processes.process import ManagedProcess
from tools.processes.procfile import read_procfile
from tools.servers import environment
from tools.servers.paths import CHECKOUT
from tools.servers.ports import free_port
from tools.servers.unprivileged import temporary_home

UNREACHABLE_LIMIT = "1000000000"  # requests per minute: counted as in production, but never refused


@contextmanager
def web(application: str = "tools.bench.wsgi", **variables: str) -> Iterator[int]:
    """Start the web process of the Procfile with these environment variables; yields its port."""
    with web_process({"config.wsgi": application}, **variables) as (port, _):
        yield port


@contextmanager
def web_process(words: Mapping[str, str], **variables: str) -> Iterator[tuple[int, ManagedProcess]]:
    """Start the web process with some words of its command line replaced; yields its port and the process."""
    home, port = temporary_home(), free_port()
    environ = environment.child_environment(web_settings(port) | variables)
    argv = read_procfile((CHECKOUT / "Procfile").read_text(encoding="utf-8"), environ)["web"]
    child = ManagedProcess(
        "web", [words.get(word, word) for word in argv], environ, CHECKOUT, home / "web.log"
    )
    try:
        child.start()
        child.wait_until(lambda: answers(port), title="The web server", tick=lambda: time.sleep(0.1))
        yield port, child
    finally:
        child.stop(grace=10)
        shutil.rmtree(home, ignore_errors=True)


def web_settings(port: int) -> dict[str, str]:
    """Return the settings of a web server on the current database."""
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
    """Return the headers of a response."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as response:
        headers: Message = response.headers
    return headers


def answers(port: int) -> bool:
    """Return True if the web server on this port responds to its health check."""
    try:
        get(port, "/healthz/")
    except OSError:  # includes HTTPError
        return False
    return True
