"""The supervisor, with tiny real processes: nothing stays dead, nothing stays behind."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.fixtures.demo import eventually
from tools.processes import supervisor as supervisor_module
from tools.processes.interrupts import Interrupts
from tools.processes.process import ManagedProcess, read_procfile
from tools.processes.supervisor import Supervisor, end_earlier_processes
from tools.processes.system import LINUX, started
from tools.servers.postgres import Postgres

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("embedded")]

LIVE = "import time; print('up', flush=True); time.sleep(60)"
# Says its name when it is asked to stop, and takes a moment for it.
POLITE = """
import signal, sys, time
def stop(*_):
    time.sleep(0.2); open({order!r}, "a").write({name!r} + " "); sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("up", flush=True)
while True: time.sleep(1)
"""
# Ignores SIGTERM, and so does its child, which has left the group (as a worker's horse does).
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setpgrp()
    open({note!r}, "w").write(str(os.getpid()))
print("up", flush=True)
while True: time.sleep(1)
"""


@dataclass
class FakeServer:
    """A server as far as the supervisor can see."""

    name: str
    child: ManagedProcess
    url: str = "there"
    launch: object = field(init=False)

    def __post_init__(self):
        self.launch = self.child.start

    def wait_until_ready(self, tick):
        assert eventually(lambda: is_up(self.child))

    def stop(self, grace):
        self.child.stop(grace)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervise(home, said):
    made = []

    def make(*servers, grace=5.0) -> Supervisor:
        supervisor = Supervisor(
            servers=list(servers),
            pids=home / "pids.json",
            say=said.append,
            interruptions=Interrupts(),
            grace=grace,
        )
        made.append(supervisor)
        return supervisor

    yield make
    for supervisor in made:
        supervisor.stop()


def is_up(child: ManagedProcess) -> bool:
    return child.log.exists() and "up" in child.log.read_text()


def recorded(home: Path) -> dict[str, int]:
    return {row["name"]: row["pid"] for row in json.loads((home / "pids.json").read_text())}


def test_a_dead_child_is_started_again(supervise, python_child, said, monkeypatch):
    monkeypatch.setattr(supervisor_module, "FIRST_PAUSE", 0.1)
    supervisor, child = supervise(), python_child("worker", LIVE)
    supervisor.start_clients([child])
    first = child.pid
    assert eventually(lambda: is_up(child))

    os.kill(first, signal.SIGKILL)
    supervisor.watch(until=lambda: child.is_running() and child.pid != first)

    assert started(child.pid)
    assert recorded(supervisor.pids.parent) == {"worker": child.pid}
    assert said == ["worker ended (exit code -9); starting it again in 0.1 s"]


@pytest.mark.skipif(not LINUX, reason="sessions are read from /proc")
def test_a_killed_worker_leaves_no_work_horse_beside_its_successor(
    supervise, python_child, home, monkeypatch
):
    monkeypatch.setattr(supervisor_module, "FIRST_PAUSE", 0.1)
    note = home / "horse"
    supervisor, child = supervise(grace=0.3), python_child("worker", STUBBORN.format(note=str(note)))
    supervisor.start_clients([child])
    assert eventually(lambda: note.exists() and note.read_text())
    first, horse = child.pid, int(note.read_text())

    os.kill(first, signal.SIGKILL)
    assert started(horse), "the horse outlives its parent, until somebody ends it"
    supervisor.watch(until=lambda: child.is_running() and child.pid != first)

    assert not started(horse)


def test_what_keeps_dying_is_started_less_and_less_often(supervise, python_child, said, monkeypatch):
    monkeypatch.setattr(supervisor_module, "FIRST_PAUSE", 0.05)
    supervisor = supervise()
    supervisor.start_clients([python_child("worker", "print('no database'); raise SystemExit(3)")])

    supervisor.watch(until=lambda: len([line for line in said if "ended" in line]) == 3)

    pauses = [line.rpartition(" in ")[2] for line in said if "ended" in line]
    assert pauses == ["0.05 s", "0.1 s", "0.2 s"]
    assert "  Its log ends: no database" in said[2]


def test_a_killed_postmaster_is_started_again_at_the_same_address(supervise, home):
    server = Postgres(home, local=home, log=home / "postgres.log")
    supervisor = supervise(server)
    url = supervisor.start_servers()["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE goals AS SELECT 3 AS scored")
    first = server.child.pid

    os.kill(first, signal.SIGKILL)
    supervisor.watch(
        until=lambda: server.child.pid != first and server.child.is_running() and server.answers()
    )

    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT scored FROM goals").fetchone() == (3,)


def test_clients_stop_first_then_valkey_then_postgres(supervise, python_child, home):
    order = home / "order"
    children = {
        name: python_child(name, POLITE.format(order=str(order), name=name))
        for name in ("web", "valkey", "postgres")
    }
    supervisor = supervise(*(FakeServer(name, children[name]) for name in ("valkey", "postgres")))
    assert supervisor.start_servers() == {"REDIS_URL": "there", "DATABASE_URL": "there"}
    supervisor.start_clients([children["web"]])
    assert eventually(lambda: is_up(children["web"]))

    supervisor.stop()

    assert order.read_text().split() == ["web", "valkey", "postgres"]
    assert not supervisor.pids.exists()


@pytest.mark.skipif(not LINUX, reason="sessions are read from /proc")
def test_who_does_not_stop_in_time_is_killed_with_all_its_children(supervise, python_child, home):
    supervisor, child = (
        supervise(grace=0.3),
        python_child("worker", STUBBORN.format(note=str(home / "horse"))),
    )
    supervisor.start_clients([child])
    assert eventually(lambda: (home / "horse").exists() and (home / "horse").read_text())

    supervisor.stop()

    assert child.exit_code() == -signal.SIGKILL
    assert eventually(lambda: not started(int((home / "horse").read_text())))


def test_a_second_ctrl_c_does_not_wait(supervise, python_child, home):
    supervisor, child = supervise(grace=60), python_child("worker", STUBBORN.format(note=str(home / "horse")))
    supervisor.start_clients([child])
    assert eventually(lambda: is_up(child))
    supervisor.interruptions.count = 2

    began = time.monotonic()
    supervisor.stop()

    assert time.monotonic() - began < 5


@pytest.mark.skipif(not LINUX, reason="elsewhere the next start ends what is left")
def test_kill_9_of_the_supervisor_leaves_no_orphan(home):
    code = f"""
        import os, sys, time
        from pathlib import Path
        from tools.processes.process import ManagedProcess
        from tools.processes.interrupts import Interrupts
        from tools.servers.postgres import Postgres
        from tools.processes.supervisor import Supervisor
        from tools.servers.valkey import Valkey
        home = Path({str(home)!r})
        servers = [Valkey(home, log=home / "v"), Postgres(home, local=home, log=home / "p", throwaway=True)]
        options = {{"pids": home / "pids.json", "say": print, "interruptions": Interrupts()}}
        supervisor = Supervisor(servers=servers, **options)
        supervisor.start_servers()
        argv = [sys.executable, "-c", {LIVE!r}]
        supervisor.start_clients([ManagedProcess("worker", argv, dict(os.environ), home, home / "worker")])
        print("up", flush=True)
        supervisor.watch(until=lambda: False)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"up\n"
        pids = recorded(home)
        process.kill()

    assert set(pids) == {"valkey", "postgres", "worker"}
    assert eventually(lambda: not any(started(pid) for pid in pids.values()))


def test_left_overs_are_ended_and_strangers_left_alone(home, stranger, python_child):
    left = python_child("worker", LIVE)
    left.start()
    rows = [
        {"name": "worker", "pid": left.pid, "started": started(left.pid), "folder": str(home)},
        {"name": "web", "pid": stranger.pid, "started": "earlier/1", "folder": str(home)},
    ]
    (home / "pids.json").write_text(json.dumps(rows))

    end_earlier_processes(home / "pids.json")

    assert left.process.wait(5) == -signal.SIGTERM
    assert stranger.poll() is None
    assert not (home / "pids.json").exists()


def test_a_procfile_is_read_without_a_shell():
    text = "# comment\nweb: serve --bind 127.0.0.1:${PORT:-8000} 'two words'\n\nworker: work $QUEUE ${NONE}\n"

    assert read_procfile(text, {"QUEUE": "scoring"}) == {
        "web": ["serve", "--bind", "127.0.0.1:8000", "two words"],
        "worker": ["work", "scoring"],
    }
    assert read_procfile(text, {"PORT": "9"})["web"][2] == "127.0.0.1:9"
