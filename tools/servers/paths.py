"""Where the demo keeps its things: everything is below `.local/` of the checkout, and private.

.local/env               how to reach the running servers (there only while they run)
.local/lock              held while something runs here
.local/logs/             one file per process, the former one as .log.1
.local/demo/, .local/up/ the data of `./run demo` and of `./run up`
"""

import os
import secrets
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
LOCAL = CHECKOUT / ".local"


def make_private(folder: Path) -> Path:
    """A folder that only we can read. As root others may cross it, never list it.

    PostgreSQL refuses to run as root, so its unprivileged account has to get through to its data.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mode = 0o711 if os.geteuid() == 0 else 0o700
    if folder.stat().st_mode & 0o777 != mode:
        folder.chmod(mode)
    return folder


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step; nobody else can read it, and nobody sees it half written."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with open(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error  # a failed write names no file


def kept_secret(path: Path, *, characters: int = 32) -> str:
    """The secret in this file; a new random one the first time, or where that one is too short."""
    try:
        if len(secret := path.read_text(encoding="utf-8").strip()) >= characters:
            return secret
    except FileNotFoundError:
        pass
    make_private(path.parent)
    write_private(path, secrets.token_urlsafe(characters)[:characters] + "\n")
    return path.read_text(encoding="utf-8").strip()
