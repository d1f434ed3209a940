"""Supervisor that keeps servers and processes running, and stops them in an order that loses no data.

Servers start first and stop last. A process that dies is restarted after a pause, which grows while it keeps
dying. If the supervisor itself is killed, the kernel signals its children (Linux). `pids.json` lists all
children, so that the next start can end those that survived.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM

from tools.processes.interrupts import Interrupts, ToolError
from tools.processes.process import ManagedProcess
from tools.processes.system import kill_session, orphans_of, started, terminate
from tools.servers import embedded as server_group
from tools.servers.paths import LOCAL, write_private

PIDS = LOCAL / "pids.json"
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
HEALTHY_AFTER = 30.0  # seconds without dying, after which the pauses start from FIRST_PAUSE again
GRACE = 30.0  # seconds for a worker to finish its job, a web server its requests


@dataclass
class Health:
    """Recent deaths of a process, and the time of its next start."""

    deaths: int = 0
    started_at: float = 0.0
    start_at: float | None = None

    def died(self, now: float) -> float:
        """Record a death and return the pause before the next start."""
        self.deaths = 1 if now - self.started_at > HEALTHY_AFTER else self.deaths + 1
        pause: float = min(FIRST_PAUSE * 2 ** (self.deaths - 1), LONGEST_PAUSE)
        self.start_at = now + pause
        return pause


class Supervisor:
    """Supervisor of servers (PostgreSQL, Valkey) and of their clients (web server, workers).

    Call `start_servers`, `start_clients` and `watch`, and in every case `stop` at the end.
    """

    def __init__(
        self,
        *,
        servers: list[server_group.Server],
        pids: Path,
        say: Callable[[str], None],
        interruptions: Interrupts,
        grace: float = GRACE,
    ):
        self.servers = servers
        self.clients: list[ManagedProcess] = []
        self.pids = pids
        self.say = say
        self.interruptions = interruptions
        self.grace = grace
        self._health: dict[str, Health] = {}

    def start_servers(self) -> dict[str, str]:
        """Start the servers; when all are ready, return their URLs by variable name, e.g. DATABASE_URL."""
        end_earlier_processes(self.pids)
        try:
            for server in self.servers:
                self._start(server.name, server.launch)
            for server in self.servers:
                server.wait_until_ready(self.interruptions.check)
        finally:
            self._write_pids()
        return {server_group.VARIABLES[server.name]: server.url for server in self.servers}

    def start_clients(self, clients: list[ManagedProcess]) -> None:
        """Start clients of the servers. They are stopped before the servers."""
        for client in clients:
            self.clients.append(client)
            self._start(client.name, client.start)
        self._write_pids()

    def watch(self, until: Callable[[], bool], also: Callable[[], None] = lambda: None) -> None:
        """Restart dead processes, and call `also` in each round, until `until` returns True.

        Raises Stopped after a signal.
        """
        while not until():
            self.interruptions.check()
            self.restart_failed()
            also()
            time.sleep(0.1)

    def restart_failed(self) -> None:
        """Run one round: record deaths, and restart processes whose pause is over."""
        for server in self.servers:
            self._restart_if_failed(server.child, server.launch)
        for client in self.clients:
            self._restart_if_failed(client, client.start)

    def _restart_if_failed(self, child: ManagedProcess, start: Callable[[], object]) -> None:
        if child.is_running():
            return
        health, now = self._health[child.name], time.monotonic()
        if health.start_at is None:
            child.kill_remaining()
            pause = health.died(now)
            self.say(f"{child.name} ended (exit code {child.exit_code()}); starting it again in {pause:g} s")
            if health.deaths > 1 and (words := child.log_tail(3)):
                self.say(f"  Its log ends: {words}")
        elif now >= health.start_at:
            self._start(child.name, start)
            self._try_to_write_pids()

    def _start(self, name: str, start: Callable[[], object]) -> None:
        health = self._health.setdefault(name, Health())
        first = health.deaths == 0
        health.started_at, health.start_at = time.monotonic(), None
        try:
            start()
        except (OSError, ToolError) as error:
            if first:
                raise ToolError(f"{name} cannot start: {error}") from error
            self.say(f"{name} cannot start: {error}")

    def stop(self) -> None:
        """Stop the clients, then Valkey, then PostgreSQL. A second Ctrl-C cuts the grace period short."""
        for client in self.clients:
            client.send_stop_signal()
        self._wait_for_clients()
        for client in self.clients:
            client.kill_remaining()
        server_group.stop(self.servers, grace=5 if self.interruptions.is_urgent else GRACE)
        self.pids.unlink(missing_ok=True)

    def _wait_for_clients(self) -> None:
        deadline, is_announced = time.monotonic() + self.grace, False
        while running := [client.name for client in self.clients if client.is_running()]:
            left = deadline - time.monotonic()
            if left < 0 or self.interruptions.is_urgent:
                return
            if not is_announced and self.grace - left > 2:
                self.say(f"Waiting for {', '.join(running)} to finish (Ctrl-C again: do not wait)")
                is_announced = True
            time.sleep(0.05)

    def _try_to_write_pids(self) -> None:
        """Write pids.json, but continue without it if the disk is full: the processes must keep running."""
        try:
            self._write_pids()
        except OSError as error:
            self.say(f"{self.pids} could not be written ({error.strerror}): free some space on its disk.")

    def _write_pids(self) -> None:
        children = [*(server.child for server in self.servers), *self.clients]
        rows = [
            {"name": child.name, "pid": child.pid, "started": begun, "folder": str(child.cwd)}
            for child in children
            if child.pid and (begun := started(child.pid))
        ]
        write_private(self.pids, json.dumps(rows, indent=1) + "\n")


def end_earlier_processes(pids: Path) -> None:
    """End the processes that a killed supervisor left running. Process ids that were reused are ignored."""
    try:
        rows = json.loads(pids.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return
    servers = ("postgres", "valkey")  # find leftover servers by their arguments, and stop them properly
    for row in (row for row in reversed(rows) if row["name"] not in servers):
        if started(row["pid"]) == row["started"]:
            terminate(row["pid"], SIGTERM, grace_seconds=10)
            kill_session(row["pid"])
        for orphan in orphans_of(row["pid"], born_after=row["started"], folder=row["folder"]):
            terminate(orphan, SIGTERM, grace_seconds=2)
    pids.unlink(missing_ok=True)
