"""Information about processes from the operating system, and safe ways to end them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

LINUX = sys.platform.startswith("linux")
PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if LINUX else None


def end_with_parent(death_signal: int) -> Callable[[], None]:
    """Return a preexec_fn that makes a child receive this signal when its parent dies (Linux only).

    The kernel watches the *thread* that starts the child: start children from the main thread only.
    """
    us = os.getpid()  # on other systems, the next start ends leftover processes

    def in_the_child() -> None:
        if _LIBC is not None:
            _LIBC.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != us:  # the parent died before prctl took effect
            os._exit(1)

    return in_the_child


def started(pid: int) -> str | None:
    """Return the start time of a process, or None if it has ended.

    Start time and process id together identify a process, even if the id is reused.
    """
    if LINUX:
        fields = _stat(pid)
        return None if fields is None or fields[0] in "ZX" else f"{_boot()}/{fields[19]}"
    answer = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True)
    state, _, begun = answer.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else begun.strip()


def running_with(program: str, argument: str) -> list[int]:
    """Return the ids of running processes of `program` with this argument, e.g. a data directory."""
    return [
        pid
        for pid, argv in _command_lines()
        if argv and Path(argv[0]).name == program and argument in argv and started(pid)
    ]


def session_members(leader: int) -> list[int]:
    """Return the ids of all running processes in the session that `leader` created.

    The leader itself need not be running. Returns [] on other systems than Linux.
    """
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()) if LINUX else ()
    return [
        pid for pid in pids if (fields := _stat(pid)) and fields[0] not in "ZX" and int(fields[3]) == leader
    ]


def orphans_of(leader: int, *, born_after: str, folder: str) -> list[int]:
    """Return the ids of processes that an earlier run left behind in the session of `leader` (Linux only).

    These processes started after `born_after` and have the working directory `folder`. Returns [] if the
    leader is running or the machine was rebooted.
    """
    boot, _, begun = born_after.partition("/")
    if not LINUX or boot != _boot() or started(leader):
        return []
    return [
        pid
        for pid in session_members(leader)
        if int((started(pid) or "/0").partition("/")[2]) >= int(begun) and _working_folder(pid) == folder
    ]


def terminate(pid: int, first_signal: int, grace_seconds: float = 30) -> None:
    """Send `first_signal` to a process. If it still runs after `grace_seconds`, send SIGKILL."""
    for number, timeout in ((first_signal, grace_seconds), (signal.SIGKILL, 10)):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + timeout
        while started(pid) and time.monotonic() < deadline:
            time.sleep(0.02)


def kill_session(leader: int) -> None:
    """Send SIGKILL to the process group of a child and (Linux) to all other processes of its session."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    for pid in session_members(leader):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _stat(pid: int) -> list[str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()  # the name before it may contain spaces and parentheses


def _working_folder(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return ""


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _command_lines() -> Iterator[tuple[int, list[str]]]:
    if not LINUX:
        listing = subprocess.run(["ps", "-A", "-o", "pid=,command="], capture_output=True, text=True).stdout
        for line in listing.splitlines():
            pid, _, command = line.strip().partition(" ")
            yield int(pid), command.split()
        return
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                yield int(entry.name), (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue  # ended, or not readable
