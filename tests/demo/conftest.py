"""Places and processes for the tests of `./run`: real ones, in folders of their own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.processes.process import Child
from tools.servers.paths import make_private
from tools.servers.unprivileged import temporary_home


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that PostgreSQL's account can reach (pytest's own is private to us)."""
    folder = temporary_home()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def embedded(monkeypatch) -> None:
    """The tests run on servers that are named in the environment; these tests want their own."""
    for name in ("DATABASE_URL", "REDIS_URL", "PG_BIN", "PORT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def local(home: Path) -> Path:
    return make_private(home / ".local")


@pytest.fixture
def python_child(home: Path) -> Iterator[Callable[..., Child]]:
    """A child that runs a line of Python; what is left of it is ended after the test."""
    children: list[Child] = []

    def make(name: str, code: str) -> Child:
        child = Child(name, [sys.executable, "-c", code], dict(os.environ), home, home / f"{name}.log")
        children.append(child)
        return child

    yield make
    for child in children:
        if child.is_running():
            os.killpg(child.pid, signal.SIGKILL)
        if child.process:
            child.process.wait()


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen]:
    """A process that is none of our business. PostgreSQL's account owns it, as a recycled number might be."""
    from tools.servers.unprivileged import server_account

    account = server_account(Path("/nonexistent"))
    options = account.popen_options() if account else {}
    with subprocess.Popen(["sleep", "60"], **options) as process:
        yield process
        process.kill()


def eventually(condition: Callable[[], object], patience: float = 10) -> bool:
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
