"""Lock that allows one demo per checkout. The operating system releases it when its holder dies."""

import fcntl
import os
from pathlib import Path

from tools.servers.paths import make_private


class Lock:
    """`.local/lock`: held while servers run in this checkout. The file contains the holder's command."""

    def __init__(self, path: Path):
        self.path = path
        self._file: int | None = None

    def take(self, text: str) -> bool:
        """Try to take the lock and write `text` into its file. Returns False if another process holds it."""
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
        """Return the text that the holder wrote."""
        try:
            return self.path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
