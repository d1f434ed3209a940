"""Servers here, web and workers there: DATABASE_URL and REDIS_URL are all that the two know of each other."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from tests.slow.machines import namespaces
from tests.slow.machines.app import SAVED
from tools.servers.environment import free_port
from tools.servers.paths import CHECKOUT

pytestmark = pytest.mark.processes

BOUND = 60  # seconds for the processes of a test
EVERYTHING = {"on the board": SAVED, "settlements": SAVED, "roundups": SAVED}
PYTHON = [sys.executable, "-W", "ignore", "-m"]


def test_servers_on_another_machine_and_the_cable_pulled_out_for_some_seconds():
    if reason := namespaces.why_not():
        pytest.skip(f"{reason}; the other test has separate processes")
    host = namespaces.DATABASE_HOST
    with (
        namespaces.two_machines() as (database, app),
        servers(database.within(*PYTHON, "tests.slow.machines.servers", host)) as urls,
    ):
        assert all(host in url for url in urls.values())

        told = run(app.within(*PYTHON, "tests.slow.machines.app", "--cable", namespaces.CABLE), urls)

    assert told == EVERYTHING


def test_servers_and_processes_that_share_nothing_but_two_addresses():
    with servers([*PYTHON, "tests.slow.machines.servers", "127.0.0.1"]) as urls:
        told = run([*PYTHON, "tests.slow.machines.app"], urls)

    assert told == EVERYTHING


@contextmanager
def servers(command: Sequence[str]) -> Iterator[dict[str, str]]:
    """Where the servers are that this command starts."""
    process = subprocess.Popen(
        command, cwd=CHECKOUT, env=bare(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()  # asks it to stop
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def run(command: Sequence[str], urls: dict[str, str]) -> dict[str, int]:
    """What the app tells, with nothing in its environment but this."""
    port = str(free_port())
    settings = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DEBUG": "false",
        "BEHIND_TLS": "false",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "PORT": port,
        "JOB_TIMEOUT": "10",
        "TEAMS_TIMEOUT": "10",
        "JOB_LEASE": "6",
        "ROUNDUP_DELAY": "1",
        "LOG_LEVEL": "WARNING",
    }
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env=bare() | settings | urls,
        capture_output=True,
        text=True,
        timeout=BOUND,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def bare() -> dict[str, str]:
    """The environment of a new machine: no address and no secret of ours."""
    kept = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "PG_BIN")
    return {name: os.environ[name] for name in kept if name in os.environ}
