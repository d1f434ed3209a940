"""Two network namespaces with one cable between them: as good as two machines, for what a network can do."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

DATABASE_HOST, APP_HOST = "10.77.0.1", "10.77.0.2"  # seen from inside only
CABLE = "cable"  # the name of either end


@dataclass(frozen=True, slots=True)
class Machine:
    """A namespace. `within` makes a command run there."""

    name: str

    def within(self, *command: str) -> list[str]:
        return ["ip", "netns", "exec", self.name, *command]


def why_not() -> str:
    """Why there can be no namespaces here; empty where there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "network namespaces need iproute2"
    probe = f"fw-probe-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", probe], capture_output=True, text=True)
    if made.returncode:
        return f"network namespaces are not allowed here: {made.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", probe], check=True)
    return ""


@contextmanager
def two_machines() -> Iterator[tuple[Machine, Machine]]:
    """One for the servers, one for everything else; no trace of them afterwards."""
    database, app = (Machine(f"fw-{what}-{os.getpid()}") for what in ("database", "app"))
    try:
        for machine in (database, app):
            _ip("netns", "add", machine.name)
        # Made inside, so that the cable never shows up outside.
        _ip(
            "link", "add", "cable", "netns", database.name, "type", "veth", "peer", "cable", "netns", app.name
        )
        for machine, address in ((database, DATABASE_HOST), (app, APP_HOST)):
            _ip("-n", machine.name, "address", "add", f"{address}/30", "dev", CABLE)
            _ip("-n", machine.name, "link", "set", "lo", "up")
            _ip("-n", machine.name, "link", "set", CABLE, "up")
        yield database, app
    finally:
        for machine in (database, app):
            subprocess.run(["ip", "netns", "del", machine.name], capture_output=True)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)
