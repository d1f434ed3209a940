"""Child processes and their logs, and the child processes that the Procfile defines."""

import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.processes.interrupts import ToolError
from tools.processes.system import end_with_parent, kill_session
from tools.servers.paths import CHECKOUT
from tools.servers.unprivileged import Account

START_TIMEOUT = 60  # seconds


@dataclass
class ManagedProcess:
    """Child process in its own session.

    Ctrl-C in the terminal therefore reaches only the parent, which then stops its children in order.
    """

    name: str
    argv: list[str]
    env: dict[str, str]
    cwd: Path
    log: Path | None = None  # None: the output of the parent
    stop_signal: int = signal.SIGTERM
    account: Account | None = None
    outlives_parent: bool = False
    process: subprocess.Popen[bytes] | None = None
    _swept: bool = True

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    def start(self) -> subprocess.Popen[bytes]:
        options = self.account.popen_options() if self.account else {}
        output = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if self.log else None
        try:
            self.process = subprocess.Popen(
                self.argv,
                env=self.env,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output if output is None else subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=None if self.outlives_parent else end_with_parent(self.stop_signal),
                **options,
            )
            self._swept = False
        finally:
            if output is not None:
                os.close(output)
        return self.process

    def exit_code(self) -> int | None:
        """Return the exit code, or None before the first start and while the process runs."""
        return self.process.poll() if self.process else None

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def send_stop_signal(self) -> None:
        """Send the stop signal to the process itself, not to processes that it forked.

        So a worker can finish its job, and a web server its requests.
        """
        if self.process and self.is_running():
            self.process.send_signal(self.stop_signal)

    def kill_remaining(self) -> None:
        """Kill the process and everything that it forked.

        Only the first call after a start has an effect, because the process id may be reused later.
        """
        if self.process and not self._swept:
            self._swept = True
            kill_session(self.process.pid)
            self.process.wait()

    def stop(self, grace: float) -> None:
        self.send_stop_signal()
        try:
            if self.process:
                self.process.wait(grace)
        except subprocess.TimeoutExpired:
            pass
        self.kill_remaining()

    def wait_until(self, answers: Callable[[], bool], *, title: str, tick: Callable[[], None]) -> None:
        """Wait until `answers` returns True; call `tick` before each new attempt.

        Raises ToolError with the end of the log if the process ends, or after START_TIMEOUT seconds.
        """
        deadline = time.monotonic() + START_TIMEOUT
        while not answers():
            tick()
            if not self.is_running() or time.monotonic() > deadline:
                raise ToolError(f"{title} did not start. Its log, {self.log}, ends:\n{self.log_tail()}")
            time.sleep(0.02)

    def log_tail(self, lines: int = 15) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log else ""
        except OSError:
            return ""


def rotate(log: Path) -> Path:
    """Rename an existing log to `<name>.1`, e.g. web.log.1. Returns the path `log`, ready for a new file."""
    if log.exists():
        log.replace(log.with_name(log.name + ".1"))
    return log


VARIABLE = re.compile(r"\$\{(?P<name>\w+)(:-(?P<default>[^}]*))?\}|\$(?P<plain>\w+)")


def procfile_processes(environment: dict[str, str], logs: Path) -> list[ManagedProcess]:
    """Return the processes of the repository's Procfile, the web server first, without starting them.

    Each process has a log in the folder `logs`.
    """
    commands = read_procfile((CHECKOUT / "Procfile").read_text(encoding="utf-8"), environment)
    return [
        ManagedProcess(name, argv, environment, CHECKOUT, rotate(logs / f"{name}.log"))
        for name, argv in commands.items()
    ]


def read_procfile(text: str, environment: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the processes in a Procfile as a dict: name -> command line, split into words.

    Variables such as ${PORT:-8000} are replaced here. No shell runs, so signals reach the program itself.
    """

    def value(match: re.Match[str]) -> str:
        name = match["name"] or match["plain"]
        return environment.get(name) or match["default"] or ""

    processes = {}
    for line in text.splitlines():
        name, colon, command = line.partition(":")
        if colon and not line.lstrip().startswith("#"):
            processes[name.strip()] = shlex.split(VARIABLE.sub(value, command))
    return processes


class Echo:
    """Printer of the lines that were added to the logs, each prefixed with the name of its process."""

    def __init__(self, logs: dict[str, Path], say: Callable[[str], None]):
        self.logs = logs
        self.say = say
        self.width = max(map(len, logs), default=0)
        self._position = dict.fromkeys(logs, 0)

    def show(self) -> None:
        for name, log in self.logs.items():
            for line in self._new_lines(name, log):
                self.say(f"{name:{self.width}} | {line}")

    def _new_lines(self, name: str, log: Path) -> list[str]:
        """Return the complete lines that were added to the log since the last call."""
        try:
            with log.open("rb") as file:
                file.seek(self._position[name])
                text = file.read()
        except FileNotFoundError:
            return []
        complete = text[: text.rfind(b"\n") + 1]
        self._position[name] += len(complete)
        return complete.decode(errors="replace").splitlines()
