"""Ports and settings of the processes of `./run`, and the file `.local/env` with these settings.

The file exists while the servers run. `config/settings.py` reads it if DATABASE_URL is not set, so that
`manage.py` in another terminal finds the servers.
"""

import errno
import os
import socket
import sys
import urllib.error
import urllib.request
from pathlib import Path

from tools.processes.interrupts import ToolError
from tools.servers.paths import CHECKOUT, LOCAL, kept_secret, write_private

HOST = "127.0.0.1"


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_busy(port: int) -> bool:
    """Return True if a process listens on this port.

    Raises PermissionError if only root may use it (ports below 1024).
    """
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((HOST, port)) == 0:
            return True
    with socket.socket() as probe:
        # Lingering connections of a server that has just ended do not count as busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise
    return False


FILE = LOCAL / "env"


def responds(port: int) -> bool:
    """Return True if the web server on this port responds to its health check, with any status."""
    without_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with without_proxy.open(f"http://{HOST}:{port}/healthz/", timeout=5):
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return True
    except OSError:
        return False


def web_port() -> int:
    """Return the variable PORT as a number, by default 8000. Raises ToolError if it is not a port."""
    text = os.environ.get("PORT") or "8000"
    is_number = text.isascii() and text.isdigit() and len(text) < 6  # isdigit() alone accepts ² and ٨
    if not is_number or not 0 < int(text) < 65536:
        raise ToolError(f"PORT={text} is not a port number (1 to 65535).")
    return int(text)


def settings_for(urls: dict[str, str], *, port: int, roundup_delay: str | None) -> dict[str, str]:
    """Return the settings of the processes. Variables that are set in the environment take precedence."""
    ours = urls | {
        "SECRET_KEY": kept_secret(LOCAL / "secret-key", characters=64),
        "CRON_SECRET": kept_secret(LOCAL / "cron-secret"),
        "DEBUG": "false",
        "INSTALL_TOOLS": "true",
        "BEHIND_TLS": "false",  # so only this machine is served
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
    }
    if roundup_delay is not None:
        ours["ROUNDUP_DELAY"] = roundup_delay
    names = [*ours, *(name for name in ("DATABASE_URL", "REDIS_URL") if name not in ours)]
    return {name: os.environ.get(name) or ours[name] for name in names}


def child_environment(settings: dict[str, str]) -> dict[str, str]:
    """Return the current environment with these settings added.

    PATH begins with the folder of this interpreter, so that its `python` and `gunicorn` are found.
    """
    programs = str(Path(sys.executable).parent)
    path = os.pathsep.join([programs, os.environ.get("PATH") or os.defpath])
    modules = os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH")]))
    basics = {"PATH": path, "PYTHONPATH": modules, "PYTHONUNBUFFERED": "1"}
    return dict(os.environ) | basics | settings


def announce(settings: dict[str, str]) -> None:
    write_private(FILE, "".join(f"{key}={value}\n" for key, value in settings.items()))


def withdraw() -> None:
    """Delete `.local/env`. Call this when the servers have stopped."""
    FILE.unlink(missing_ok=True)


def announced() -> dict[str, str]:
    """Return the settings of the running servers, or {} if none run."""
    try:
        lines = FILE.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)
