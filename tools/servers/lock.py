"""One demo at a time in a checkout. The system lets go of the lock when its holder dies, however it dies."""

import fcntl
import os
from pathlib import Path

from tools.servers.paths import make_private


class Lock:
    """`.local/lock`: held while servers run here; its text says by whom and where."""

    def __init__(self, path: Path):
        self.path = path
        self._file: int | None = None

    def take(self, text: str) -> bool:
        """Whether it is ours now."""
        make_private(self.path.parent)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        os.ftruncate(file, 0)
        os.write(file, text.encode())
        self._file = file
        return True

    def holder(self) -> str:
        """What the one who holds it has written."""
        try:
            return self.path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
