"""The real processes of the Procfile, at work on the test database, kept alive by the real supervisor."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from tools.processes.interrupts import Interrupts
from tools.processes.process import ManagedProcess, read_procfile
from tools.processes.supervisor import Supervisor
from tools.servers import environment
from tools.servers.paths import CHECKOUT


class Crew:
    """Workers, scheduler and reconciler. `until` waits for a fact in the database, restarting who dies."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.supervisor = supervisor

    def __getitem__(self, name: str) -> ManagedProcess:
        return next(child for child in self.supervisor.clients if child.name == name)

    def until(self, fact: Callable[[], bool], *, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not fact():
            self.supervisor.restart_failed()
            if time.monotonic() > deadline:
                raise AssertionError(f"not so after {seconds} s\n{self.log_tail()}")
            time.sleep(0.05)

    def log_tail(self) -> str:
        return "\n".join(f"--- {child.name}\n{child.log_tail(12)}" for child in self.supervisor.clients)


@contextmanager
def crew(folder: Path, **variables: str) -> Iterator[Crew]:
    """Start everything but the web server with these environment variables; stop it in order."""
    urls = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "TEAMS_TIMEOUT": str(settings.JOB_TIMEOUT),  # who is killed there is not missed for longer
    }
    environ = environment.child_environment(urls | variables)
    commands = read_procfile((CHECKOUT / "Procfile").read_text(encoding="utf-8"), environ)
    del commands["web"]
    commands["reconciler"] += ["--interval", "1"]
    children = [
        ManagedProcess(name, argv, environ, CHECKOUT, folder / f"{name}.log")
        for name, argv in commands.items()
    ]
    supervisor = Supervisor(
        servers=[], pids=folder / "pids.json", say=lambda _: None, interruptions=Interrupts(), grace=10
    )
    try:
        supervisor.start_clients(children)
        yield Crew(supervisor)
    finally:
        supervisor.stop()


def database_url() -> str:
    """The test database's address, which only this process's settings know."""
    it = connection.settings_dict
    return f"postgres://{it['USER']}:{it['PASSWORD']}@{it['HOST']}:{it['PORT']}/{it['NAME']}"
