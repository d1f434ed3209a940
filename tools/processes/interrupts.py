"""Ctrl-C, SIGTERM and a closed terminal, noted and acted on where it is safe to act."""

import signal
import subprocess
import time

from tools.servers.errors import Stopped


class Interrupts:
    """The first asks for a clean stop, the second for a quick one. Nothing is interrupted half-way."""

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
    def in_a_hurry(self) -> bool:
        return self.count > 1

    def check(self) -> None:
        """Called in every loop that waits for something."""
        if self.count:
            raise Stopped

    def wait_for(self, process: subprocess.Popen[bytes]) -> int:
        """A process's exit code; when we are asked to stop meanwhile, so is it."""
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
