"""Reasons to end a command early: errors that the user can fix, and signals (Ctrl-C, SIGTERM, SIGHUP)."""

import signal
import subprocess
import time


class ToolError(Exception):
    """An error that the user can fix: the message contains what happened and what to do. Exit code 1."""


class Stopped(Exception):
    """Ctrl-C, SIGTERM or SIGHUP arrived."""


class Interrupts:
    """Recorder of signals. The first signal requests a clean stop, the second a quick stop."""

    def __init__(self) -> None:
        self.count = 0
        self.last = 0

    def listen(self) -> None:
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            signal.signal(getattr(signal, name), self._note)

    def _note(self, number: int, _frame: object) -> None:
        self.count += 1
        self.last = number

    @property
    def is_urgent(self) -> bool:
        return self.count > 1

    def check(self) -> None:
        """Raise Stopped after a signal. Call it in every loop that waits."""
        if self.count:
            raise Stopped

    def wait_for(self, process: subprocess.Popen[bytes]) -> int:
        """Wait for a process and return its exit code. After a signal, end the process and raise Stopped."""
        while process.poll() is None:
            if self.count:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                raise Stopped
            time.sleep(0.02)
        return process.returncode
