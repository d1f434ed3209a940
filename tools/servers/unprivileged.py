"""Unprivileged account for PostgreSQL, which refuses to run as root, and folders that this account can enter.

Permissions of folders that were not created here are never changed.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.processes.interrupts import ToolError
from tools.servers.paths import CHECKOUT, make_private, write_private

OUTSIDE = (Path("/var/lib"), Path("/var/tmp"))  # both survive a reboot


@dataclass(frozen=True)
class Account:
    """User and group that a process runs as."""

    uid: int
    gid: int

    def popen_options(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path, mode: int) -> None:
        os.chown(path, self.uid, self.gid)
        path.chmod(mode)

    def can_enter(self, folder: Path) -> bool:
        return self._can(["/bin/sh", "-c", 'cd "$0"', str(folder)])

    def can_run(self, binary: Path) -> bool:
        return self._can([str(binary), "--version"])

    def _can(self, argv: list[str]) -> bool:
        try:
            return not subprocess.run(argv, cwd="/", capture_output=True, **self.popen_options()).returncode
        except OSError:
            return False


def server_account(data: Path) -> Account | None:
    """Return the account that PostgreSQL must run as, or None if it can run as the current user.

    Only root needs another account: the owner of the data directory. If the directory is missing or belongs
    to root, the account is `postgres` or else `nobody`. Raises ToolError if neither exists.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise ToolError(
        "PostgreSQL does not run as root, and there is no account `postgres` or `nobody` here.\n"
        "Run this as an ordinary user, or set DATABASE_URL."
    )


def reachable_home(home: Path, local: Path) -> Path:
    """Return the folder for PostgreSQL's data.

    It is `home`, or a folder outside the checkout if the server's account cannot enter `home`.
    """
    account = server_account(home)
    if account is None or account.can_enter(home):
        return home
    outside = outside_home(local) / home.relative_to(local)
    outside.mkdir(mode=0o711, parents=True, exist_ok=True)
    return outside


def outside_home(local: Path) -> Path:
    """Return the folder for data outside the checkout, and create it if it is missing.

    The folder is needed if other users cannot enter the checkout, e.g. because the checkout is in root's
    home. The path of the folder is stored in `.local/server-home`. Raises ToolError if no folder can be
    created.
    """
    note = make_private(local) / "server-home"
    if note.exists() and _belongs_to_checkout(remembered := Path(note.read_text().strip()), local):
        return remembered
    name = "final-whistle-" + hashlib.sha256(str(local).encode()).hexdigest()[:12]
    for parent in OUTSIDE:
        place = parent / name
        try:
            place.mkdir(mode=0o711, exist_ok=True)
        except OSError:
            continue
        if (
            place.stat().st_uid == os.geteuid()
        ):  # /var/tmp is writable by all: never use another user's folder
            place.chmod(0o711)
            (place / "checkout").write_text(f"{local}\n")
            write_private(note, f"{place}\n")
            return place
    raise ToolError("As root, put the checkout where other users can enter, or set DATABASE_URL.")


def _belongs_to_checkout(place: Path, local: Path) -> bool:
    """Return True if this checkout created the folder, even if the checkout was moved since.

    Returns False for a copy of that checkout, which must not share the data of the original.
    """
    try:
        first = Path((place / "checkout").read_text().strip())
    except OSError:
        return False
    if first != local and (first / "server-home").exists():
        return False
    (place / "checkout").write_text(f"{local}\n")
    return True


def runnable_binaries(bin_dir: Path, account: Account | None, local: Path, version: str) -> Path:
    """Return a folder of PostgreSQL's programs that the account can run.

    This is `bin_dir` or, if the account cannot run the programs there, a folder with a copy of them.
    """
    if account is None or account.can_run(bin_dir / "initdb"):
        return bin_dir
    copy = outside_home(local) / f"postgresql-{version}"
    programs = copy / bin_dir.relative_to(bin_dir.parents[2])
    if not account.can_run(programs / "initdb"):
        draft = Path(tempfile.mkdtemp(prefix="postgresql-", dir=copy.parent))
        _copy_wheel(bin_dir.parents[1], draft)
        shutil.rmtree(copy, ignore_errors=True)
        draft.rename(copy)
    return programs


def _copy_wheel(package: Path, target: Path) -> None:
    """Copy the folder of an installed wheel's package into `target`, where any user can run its programs.

    The wheel's shared libraries are copied, too, if there is a folder `<package>.libs` beside the package.
    """
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.is_dir():
            shutil.copytree(folder, target / folder.name, symlinks=True)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def temporary_home() -> Path:
    """Create a temporary folder that the account of PostgreSQL can enter."""
    return make_private(Path(tempfile.mkdtemp(prefix="final-whistle-", dir=_temporary_folder())))


def kept_home() -> Path:
    """Return the folder of this checkout's test servers (see tools/servers/kept.py); create it if missing.

    Raises ToolError if the folder belongs to another user.
    """
    name = "final-whistle-tests-" + hashlib.sha256(f"{CHECKOUT} {os.geteuid()}".encode()).hexdigest()[:12]
    home = _temporary_folder() / name
    home.mkdir(mode=0o700, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != os.geteuid():
        raise ToolError(f"{home} belongs to another user: delete it, or set TMPDIR.")
    return make_private(home)


def _temporary_folder() -> Path:
    account = server_account(Path("/nonexistent"))
    for folder in map(Path, (tempfile.gettempdir(), "/var/tmp", "/tmp")):
        if account is None or account.can_enter(folder):
            return folder
    raise ToolError("No folder for temporary files that PostgreSQL's account can enter: set TMPDIR.")
