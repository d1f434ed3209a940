"""`./run manage` and `./run test`: run one command, and start embedded servers for it if necessary."""

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

from tools.demo import bootstrap
from tools.processes.interrupts import Interrupts, ToolError
from tools.processes.supervisor import PIDS, Supervisor
from tools.processes.system import end_with_parent
from tools.servers import embedded, environment, kept
from tools.servers.paths import CHECKOUT, LOCAL, Lock
from tools.servers.unprivileged import kept_home

DATA = "demo"
# Tests run with production settings, but without TLS and rate limits.
TEST_SETTINGS = {
    "API_READS_PER_MINUTE": "0",
    "API_WRITES_PER_MINUTE": "0",
    "API_FAILURES_PER_MINUTE": "0",
    "INSTALL_TOOLS": "true",
    "TEAM_BOARDS_QUICK": "9",  # a refresh on a busy machine must not change the schedule
    "BEHIND_TLS": "false",
    "ALLOWED_HOSTS": "127.0.0.1,localhost",
    "SITE_URL": "http://127.0.0.1:8000",
}
# The whole suite: one process per processor (at most 4), each with its own servers (tests/own_servers.py).
# Files are not split, because their tests share fixtures, and run in the order of tests/conftest.py: the long
# ones first.
WHOLE_SUITE_OPTIONS = {"--all", "-q", "-v", "-x"}  # options that select no tests
PARALLEL = ["--numprocesses=logical", "--maxprocesses=4", "--dist=loadfile", "--no-loadscope-reorder"]
MANAGE = [sys.executable, str(CHECKOUT / "manage.py")]


def test(arguments: list[str]) -> int:
    """Run pytest with these arguments on separate test servers, so that a demo can run at the same time.

    `--fresh` first discards unused servers that earlier runs kept.
    """
    if "--fresh" in arguments:
        arguments = [each for each in arguments if each != "--fresh"]
        kept.discard_unused(kept_home())
    is_whole_suite = set(arguments) <= WHOLE_SUITE_OPTIONS
    if is_whole_suite and not any(map(os.environ.get, embedded.VARIABLES.values())):
        arguments = [*arguments, *PARALLEL]
    embedded.require_answers()
    with embedded.for_tests() as urls:
        settings = TEST_SETTINGS | {"SECRET_KEY": secrets.token_urlsafe(48)}
        settings |= {name: os.environ[name] for name in settings if os.environ.get(name)}
        environ = environment.child_environment(settings | urls)
        return foreground([sys.executable, "-m", "pytest", *arguments], environ, CHECKOUT)


def manage(arguments: list[str]) -> int:
    """Run a Django command on the running servers, or else on the demo's data with temporary servers."""
    embedded.require_readable()
    lock = Lock(LOCAL / "lock")
    settings = _lock_or_find_settings(lock, f"`./run manage {' '.join(arguments)}`")
    try:
        if settings:
            environ = environment.child_environment(_with_given_servers(settings))
            return foreground([*MANAGE, *arguments], environ, _callers_folder())
        return _manage_alone(arguments)
    finally:
        lock.release()


def _with_given_servers(settings: dict[str, str]) -> dict[str, str]:
    """Return the settings, but with DATABASE_URL and REDIS_URL from the environment if they are set there.

    Raises ToolError if the environment contains only one of the two and it differs from the settings: jobs of
    one database must not reach the queues of another.
    """
    named = {name: url for name in embedded.VARIABLES.values() if (url := os.environ.get(name))}
    missing = set(embedded.VARIABLES.values()) - set(named)
    if missing and any(settings[name] != url for name, url in named.items()):
        (given_one,), (other,) = named, missing
        raise ToolError(
            f"{given_one} names another server than the running demo's. Set {other} as well, or unset it."
        )
    return settings | named


def _lock_or_find_settings(lock: Lock, text: str) -> dict[str, str]:
    """Return the settings of the running servers. If no servers are running, take the lock and return {}.

    If {} is returned, the caller must start servers. If another command holds the lock but its servers are
    not ready yet, this function waits for them.
    """
    is_announced = False
    while not lock.take(text):
        if settings := environment.announced():
            return settings
        if not is_announced:
            print(f"Waiting for {lock.holder()} ...", file=sys.stderr, flush=True)
            is_announced = True
        time.sleep(0.1)
    environment.withdraw()  # left over from a demo that was killed
    return {}


def _manage_alone(arguments: list[str]) -> int:
    interruptions = Interrupts()
    interruptions.listen()
    supervisor = Supervisor(
        servers=embedded.wanted_servers(DATA), pids=PIDS, say=_print, interruptions=interruptions
    )
    try:
        urls = supervisor.start_servers()
        settings = environment.settings_for(urls, port=environment.web_port(), roundup_delay=None)
        environ = environment.child_environment(settings)
        url = urls.get("DATABASE_URL")
        if url:
            bootstrap.require_current(url, DATA)
        if url and bootstrap.is_new(url) and arguments[:1] != ["migrate"]:
            quiet = [*MANAGE, "migrate", "--noinput", "--verbosity=0"]
            if code := interruptions.wait_for(subprocess.Popen(quiet, env=environ, cwd=CHECKOUT)):
                return code
        return foreground([*MANAGE, *arguments], environ, _callers_folder())
    finally:
        supervisor.stop()


def foreground(argv: list[str], environ: dict[str, str], folder: Path) -> int:
    """Run a command in the foreground and return its exit code.

    The command receives Ctrl-C from the terminal. SIGTERM and SIGHUP are forwarded to it.
    """
    process = subprocess.Popen(argv, env=environ, cwd=folder, preexec_fn=end_with_parent(signal.SIGTERM))
    signal.signal(signal.SIGINT, lambda *_: None)  # the terminal sends it to both processes
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: process.send_signal(received))
    code = process.wait()
    return code if code >= 0 else 128 - code


def _callers_folder() -> Path:
    """Return the folder in which the user called `./run`; relative paths in the arguments start there.

    The script `run` itself changes to the checkout.
    """
    return Path(os.environ.get("CALLED_FROM") or os.getcwd())


def _print(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
