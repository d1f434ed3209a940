"""Paths of the demo's files. All are private and below `.local/` of the checkout.

.local/env               how to reach the running servers (exists only while they run)
.local/lock              held while something runs in this checkout
.local/logs/             one file per process, the previous one as .log.1
.local/demo/, .local/up/ the data of `./run demo` and of `./run up`
"""

import fcntl
import os
import secrets
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
LOCAL = CHECKOUT / ".local"


def make_private(folder: Path) -> Path:
    """Create a folder that only its owner can read. If the owner is root, others may enter but not list it.

    PostgreSQL refuses to run as root, so its unprivileged account must be able to reach its data.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mode = 0o711 if os.geteuid() == 0 else 0o700
    if folder.stat().st_mode & 0o777 != mode:
        folder.chmod(mode)
    return folder


def write_private(path: Path, text: str) -> None:
    """Replace a file atomically. Only its owner can read it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with open(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        draft.replace(path)
    except OSError as error:  # the error of a failed write does not name the file
        draft.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error


def kept_secret(path: Path, *, characters: int = 32) -> str:
    """Return the secret in this file. If it is missing or too short, first store a random secret there."""
    try:
        if len(secret := path.read_text(encoding="utf-8").strip()) >= characters:
            return secret
    except FileNotFoundError:
        pass
    make_private(path.parent)
    write_private(path, secrets.token_urlsafe(characters)[:characters] + "\n")
    return path.read_text(encoding="utf-8").strip()


class Lock:
    """Lock between processes. Its file contains a text by which the holder describes itself.

    When the holder ends, the operating system releases the lock.
    """

    def __init__(self, path: Path):
        self.path = path
        self._file: int | None = None

    def take(self, text: str) -> bool:
        """Take the lock and write `text` into its file. Returns False if another process holds the lock."""
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
        """Return the text in the lock file, or "" if the file does not exist."""
        try:
            return self.path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
