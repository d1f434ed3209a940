"""The servers and processes of a chaos run, and hands that can stop, freeze and kill them."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tools.processes.interrupts import Interrupts
from tools.processes.process import ManagedProcess, read_procfile
from tools.processes.supervisor import Supervisor
from tools.processes.system import session_members
from tools.servers import environment
from tools.servers.paths import CHECKOUT, LOCAL, make_private
from tools.servers.postgres import Postgres
from tools.servers.unprivileged import temporary_home
from tools.servers.valkey import Valkey

JOB_TIMEOUT, JOB_LEASE = 10, 6  # seconds: short, so that a run of minutes sees many leases end
EXTRA = {"scoring-2": "scoring", "reconciler-2": "reconciler"}  # second copies, as in a bigger installation


class PatientSupervisor(Supervisor):
    """The demo's supervisor, except that it leaves down for a while what was stopped on purpose."""

    def __init__(self, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.down_until: dict[str, float] = {}

    def _restart_if_failed(self, child: ManagedProcess, start: object) -> None:
        if time.monotonic() >= self.down_until.get(child.name, 0):
            super()._restart_if_failed(child, start)  # type: ignore[arg-type]


@dataclass
class Stage:
    """Everything that can be killed. `settings` is the environment of whoever wants to take part."""

    supervisor: PatientSupervisor
    home: Path
    settings: dict[str, str]
    frozen: dict[int, float] = field(default_factory=dict)  # process id -> when it wakes up

    @classmethod
    @contextmanager
    def open(cls) -> Iterator["Stage"]:
        """Servers that keep what they promised to keep (no fsync=off), and nothing of it afterwards."""
        home = temporary_home()
        supervisor = PatientSupervisor(
            servers=[
                Valkey(home, log=home / "valkey.log"),
                Postgres(home, local=make_private(LOCAL), log=home / "postgres.log"),
            ],
            pids=home / "pids.json",
            say=lambda _: None,
            interruptions=Interrupts(),
            grace=10,
        )
        try:
            yield cls(supervisor, home, _settings(supervisor.start_servers()))
        finally:
            supervisor.stop()
            shutil.rmtree(home, ignore_errors=True)

    def start_processes(self) -> None:
        environ = environment.child_environment(self.settings)
        commands = read_procfile((CHECKOUT / "Procfile").read_text(encoding="utf-8"), environ)
        del commands["web"]
        commands |= {copy: list(commands[name]) for copy, name in EXTRA.items()}
        for name in ("reconciler", "reconciler-2"):
            commands[name] += ["--interval", "1"]
        self.supervisor.start_clients(
            [
                ManagedProcess(name, argv, environ, CHECKOUT, self.home / f"{name}.log")
                for name, argv in commands.items()
            ]
        )

    def restart_failed(self) -> None:
        """Restart who died, wake up who has slept long enough. Call it often."""
        now = time.monotonic()
        for pid in [pid for pid, wakes_at in self.frozen.items() if wakes_at <= now]:
            del self.frozen[pid]
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        self.supervisor.restart_failed()

    def child(self, name: str) -> ManagedProcess:
        everybody = [*(server.child for server in self.supervisor.servers), *self.supervisor.clients]
        return next(child for child in everybody if child.name == name)

    def horses(self, name: str) -> list[int]:
        """The work-horses of a worker: what it has forked and that lives."""
        pid = self.child(name).pid
        return [member for member in session_members(pid) if member != pid] if pid else []

    def kill(self, name: str, number: int = signal.SIGKILL) -> bool:
        child = self.child(name)
        if not child.is_running() or child.pid is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(child.pid, number)
        return True

    def stay_down(self, name: str, seconds: float) -> None:
        self.supervisor.down_until[name] = time.monotonic() + seconds

    def freeze(self, pids: list[int], seconds: float) -> bool:
        """SIGSTOP: alive for everybody who looks, and doing nothing."""
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
                self.frozen[pid] = time.monotonic() + seconds
        return bool(pids)

    def wake_everybody(self) -> None:
        self.frozen = dict.fromkeys(self.frozen, 0.0)
        self.supervisor.down_until.clear()
        self.restart_failed()

    def log_tail(self) -> str:
        everybody = [*(server.child for server in self.supervisor.servers), *self.supervisor.clients]
        return "\n".join(f"--- {child.name}\n{child.log_tail(25)}" for child in everybody)


def _settings(urls: dict[str, str]) -> dict[str, str]:
    return urls | {
        "SECRET_KEY": "only-for-a-bad-day-" + "x" * 50,
        "DEBUG": "false",
        "BEHIND_TLS": "false",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": "http://127.0.0.1:8000",
        "JOB_TIMEOUT": str(JOB_TIMEOUT),
        "TEAMS_TIMEOUT": str(JOB_TIMEOUT),
        "JOB_LEASE": str(JOB_LEASE),
        "REFRESH_DELAY": "1",
        "ROUNDUP_DELAY": "1",
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "WARNING",
    }
