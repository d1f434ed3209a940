"""`python -m tests.slow.machines.app [--cable NAME]`: all processes, and a few results.

Knows of PostgreSQL and Redis what its environment says, nothing else. With a cable it pulls that out for some
seconds while results are saved and worked on. Says in one line of JSON what became of them.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.processes.interrupts import Interrupts
from tools.processes.process import ManagedProcess, read_procfile
from tools.processes.supervisor import Supervisor
from tools.servers import environment
from tools.servers.paths import CHECKOUT

PATIENCE = 40  # seconds
CUT = 4  # seconds without a network
SAVED = 6  # results in all; the last one while the cable is out


def main(cable: str | None) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    home = Path(tempfile.mkdtemp(prefix="final-whistle-"))
    supervisor = Supervisor(
        servers=[], pids=home / "pids.json", say=lambda _: None, interruptions=Interrupts(), grace=5
    )
    try:
        supervisor.start_clients(_processes(home))
        sys.stdout.write(json.dumps(Story(supervisor, cable).told()) + "\n")
    finally:
        supervisor.stop()
        shutil.rmtree(home, ignore_errors=True)


def _processes(home: Path) -> list[ManagedProcess]:
    environ = environment.child_environment({})
    commands = read_procfile((CHECKOUT / "Procfile").read_text(encoding="utf-8"), environ)
    commands["reconciler"] += ["--interval", "1"]
    return [
        ManagedProcess(name, argv, environ, CHECKOUT, home / f"{name}.log") for name, argv in commands.items()
    ]


class Story:
    """Results go in, a leaderboard over HTTP and roundups come out."""

    def __init__(self, supervisor: Supervisor, cable: str | None) -> None:
        from tests.factories import MatchFactory, homer, predict

        self.supervisor = supervisor
        self.cable = cable
        self.matches = [MatchFactory() for _ in range(SAVED)]
        for match in self.matches:
            predict(match, homer(), (1, 0))

    def told(self) -> dict[str, object]:
        from content.models import Roundup
        from scoring.models import Settlement

        first, *others, last = self.matches
        self._save(first)
        self._until(lambda: self._on_the_board() == 1)
        for match in others:
            self._save(match)
        self._save_without_network(last)
        self._until(lambda: self._on_the_board() == SAVED and self._published() == SAVED)
        return {
            "on the board": self._on_the_board(),
            "settlements": Settlement.objects.count(),
            "roundups": Roundup.objects.count(),
        }

    def _save(self, match: object) -> None:
        from tests.factories import record

        record(match, 2, 1)

    def _save_without_network(self, match: object) -> None:
        """Whoever saves waits, or is told that it failed and saves again."""
        if self.cable is None:
            return self._save(match)
        subprocess.run(["ip", "link", "set", self.cable, "down"], check=True)
        with ThreadPoolExecutor() as pool:
            saving = pool.submit(self._save_until_it_is, match)
            time.sleep(CUT)
            assert not saving.done(), "saved although there was no network?"
            subprocess.run(["ip", "link", "set", self.cable, "up"], check=True)
            saving.result(PATIENCE)
        return None

    def _save_until_it_is(self, match: object) -> None:
        from django.db import InterfaceError, OperationalError, connection

        while True:
            try:
                self._save(match)
            except (OperationalError, InterfaceError):
                connection.close()
                time.sleep(0.5)
            else:
                return connection.close()

    def _published(self) -> int:
        from content.models import Roundup

        return Roundup.objects.filter(status="published").count()

    def _on_the_board(self) -> int:
        port = os.environ["PORT"]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/leaderboard/", timeout=5) as answer:
                board = json.load(answer)["results"]
        except OSError:  # not up yet, or its database is out of reach
            return 0
        return int(board[0]["matches"]) if board else 0

    def _until(self, fact: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not fact():
            self.supervisor.restart_failed()
            if time.monotonic() > deadline:
                logs = "\n".join(f"--- {each.name}\n{each.log_tail()}" for each in self.supervisor.clients)
                raise AssertionError(f"not so after {PATIENCE} s\n{logs}")
            time.sleep(0.1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cable")
    main(parser.parse_args().cable)
