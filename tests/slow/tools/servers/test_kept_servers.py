"""PostgreSQL servers that stay up between runs: used again, empty, replaced when dead, ended when idle."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.fixtures.demo import eventually
from tools.processes.interrupts import ToolError
from tools.processes.system import started
from tools.servers import embedded, kept, unprivileged
from tools.servers.kept import KeptPostgres
from tools.servers.paths import CHECKOUT

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("embedded")]


@pytest.fixture
def servers(home) -> Iterator[Path]:
    yield home
    kept.discard_unused(home)


@contextmanager
def a_run(home: Path) -> Iterator[KeptPostgres]:
    server = KeptPostgres(home)
    try:
        embedded.start([server])
        yield server
    finally:
        embedded.stop([server])


def query(server: KeptPostgres, statement: str, database: str = "final_whistle") -> list[str]:
    address = server.url.rpartition("/")[0]
    with psycopg.connect(f"{address}/{database}", autocommit=True) as connection:
        cursor = connection.execute(statement)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


def postmaster(server: KeptPostgres) -> int:
    (pidfile,) = server.folder.glob("pg*/postmaster.pid")
    return int(pidfile.read_text().split()[0])


def test_the_next_run_gets_the_same_server_without_what_was_left_on_it(servers):
    with a_run(servers) as first:
        pid = postmaster(first)
        query(first, "CREATE TABLE goals ()")
        query(first, "CREATE DATABASE test_final_whistle")
        query(first, "CREATE DATABASE template_of_the_tests")
        query(first, "CREATE ROLE whistle_app")
        client = psycopg.connect(first.url)  # still connected when the next run begins

    with a_run(servers) as second:
        assert postmaster(second) == pid
        assert query(second, "SELECT relname FROM pg_class WHERE relname = 'goals'") == []
        assert sorted(query(second, "SELECT datname FROM pg_database")) == [
            "final_whistle",
            "postgres",
            "template0",
            "template1",
            "template_of_the_tests",
        ]
        assert query(second, "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_'") == ["final_whistle"]
        with pytest.raises(psycopg.OperationalError):
            client.execute("SELECT 1")
    client.close()


def test_runs_at_the_same_time_get_different_servers(servers):
    with a_run(servers) as first, a_run(servers) as second:
        assert postmaster(first) != postmaster(second)

    with a_run(servers) as third:
        assert third.folder == first.folder


@pytest.mark.parametrize("victim", ["server", "keeper"])
def test_a_killed_server_is_replaced(servers, victim):
    with a_run(servers) as first:
        pid, keeper = postmaster(first), first.keeper.pid
    os.kill({"server": pid, "keeper": keeper}[victim], signal.SIGKILL)

    with a_run(servers) as second:
        assert postmaster(second) != pid
        assert query(second, "SELECT 'ready'") == ["ready"]
    assert eventually(lambda: not started(pid))
    assert eventually(lambda: not started(keeper))


def test_a_server_with_other_settings_is_replaced(servers):
    with a_run(servers) as first:
        pid = postmaster(first)
    url = first.folder / "url"
    url.write_text(url.read_text().split()[0] + " 17.1-before\n")

    with a_run(servers) as second:
        assert postmaster(second) != pid
    assert eventually(lambda: not started(pid))


def test_a_keeper_of_an_interrupted_start_is_replaced(servers):
    interrupted = KeptPostgres(servers)
    interrupted.launch()
    interrupted.stop()

    with a_run(servers) as server:
        assert server.keeper.pid != interrupted.keeper.pid
        assert query(server, "SELECT 'ready'") == ["ready"]


def test_an_idle_server_ends_and_leaves_nothing(servers, monkeypatch):
    monkeypatch.setenv("TEST_SERVER_IDLE_SECONDS", "2")
    with a_run(servers) as server:
        pid = postmaster(server)
        os.utime(server.lock.path, (0, 0))  # as after a run of an hour
        assert eventually(lambda: server.lock.path.stat().st_mtime > 0)
        assert started(pid)

    assert eventually(lambda: not server.folder.exists(), patience=30)
    assert not started(pid)


def test_fresh_discards_the_servers_that_no_run_uses(servers):
    with a_run(servers) as used:
        with a_run(servers) as unused:
            pids = [postmaster(used), postmaster(unused)]
        kept.discard_unused(servers)

        assert query(used, "SELECT 'running'") == ["running"]
        assert not started(pids[1])
        assert not unused.folder.exists()


def test_a_server_that_cannot_start_shows_why(servers, monkeypatch):
    monkeypatch.setenv("PG_BIN", str(servers))
    with pytest.raises(ToolError, match="PG_BIN"), a_run(servers):
        pass


def test_the_folder_of_another_user_is_not_used(home, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    folder = unprivileged.kept_home()
    folder.rmdir()
    folder.symlink_to("/tmp")

    with pytest.raises(ToolError, match="belongs to another user"):
        unprivileged.kept_home()


def test_a_run_after_an_interrupted_one_passes():
    """`./run test` is interrupted while a test has rows in the database and jobs in the queues."""
    command = [sys.executable, "-m", "tools.demo", "test"]
    environment = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
    file = "tests/core/pipeline/test_runner.py"
    with subprocess.Popen(
        [*command, file, "-v"], cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True
    ) as run:
        for line in run.stdout:
            if "PASSED" in line:
                break
        run.send_signal(signal.SIGTERM)
        run.communicate(timeout=60)
    assert run.returncode not in (0, None)

    again = subprocess.run(
        [*command, file, "-q"], cwd=CHECKOUT, env=environment, capture_output=True, text=True
    )
    assert again.returncode == 0, again.stdout
