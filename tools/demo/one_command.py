"""`./run manage` and `./run test`: one command on real servers, then they are gone again."""

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

from tools.processes.interrupts import Interrupts
from tools.processes.supervisor import PIDS, Supervisor
from tools.servers import embedded, environment, given
from tools.servers.lock import Lock
from tools.servers.paths import CHECKOUT, LOCAL

DATA = "demo"
# The tests run as production does, but for TLS, and for limits on how much they may ask.
TEST_SETTINGS = {
    "API_READS_PER_MINUTE": "0",
    "API_WRITES_PER_MINUTE": "0",
    "API_FAILURES_PER_MINUTE": "0",
    "INSTALL_TOOLS": "true",
    "BEHIND_TLS": "false",
    "ALLOWED_HOSTS": "127.0.0.1,localhost",
    "SITE_URL": "http://127.0.0.1:8000",
}
# The whole suite: a process for each processor, with servers of its own (tests/own_servers.py). Files stay
# whole, as their tests share what they set up, and in our order: the long ones first (tests/conftest.py).
PARALLEL = ["--numprocesses=logical", "--maxprocesses=4", "--dist=loadfile", "--no-loadscope-reorder"]
MANAGE = [sys.executable, str(CHECKOUT / "manage.py")]


def test(arguments: list[str]) -> int:
    """The test suite on throwaway servers, or the part that the arguments name. Runs beside a demo."""
    is_whole_suite = set(arguments) <= {"--all"}
    if is_whole_suite and not any(map(os.environ.get, embedded.VARIABLES.values())):
        arguments = [*arguments, *PARALLEL]
    given.require_answers()
    with embedded.throwaway() as urls:
        settings = TEST_SETTINGS | {"SECRET_KEY": secrets.token_urlsafe(48)} | urls
        settings |= {name: os.environ[name] for name in settings if os.environ.get(name)}
        environ = environment.child_environment(settings)
        return foreground([sys.executable, "-m", "pytest", *arguments], environ, CHECKOUT)


def manage(arguments: list[str]) -> int:
    """A Django command on what runs now; when nothing does, on the demo's data, started for the moment."""
    given.require_readable()
    lock = Lock(LOCAL / "lock")
    settings = _take_or_find(lock, f"`./run manage {' '.join(arguments)}`")
    try:
        if settings:
            return foreground(
                [*MANAGE, *arguments], environment.child_environment(settings), _callers_folder()
            )
        return _manage_alone(arguments)
    finally:
        lock.release()


def _take_or_find(lock: Lock, text: str) -> dict[str, str]:
    """The settings of the running servers; empty when the lock is ours and we must start our own."""
    told = False
    while not lock.take(text):
        if settings := environment.announced():
            return settings
        if not told:
            print(f"Waiting for {lock.holder()} ...", file=sys.stderr, flush=True)
            told = True
        time.sleep(0.1)
    environment.withdraw()  # of a demo that was killed
    return {}


def _manage_alone(arguments: list[str]) -> int:
    interruptions = Interrupts()
    interruptions.listen()
    supervisor = Supervisor(
        servers=embedded.wanted_servers(DATA), pids=PIDS, say=_say, interruptions=interruptions
    )
    try:
        urls = supervisor.start_servers()
        settings = environment.settings_for(urls, port=environment.web_port(), roundup_delay=None)
        environ = environment.child_environment(settings)
        if "DATABASE_URL" in urls and _is_new(urls["DATABASE_URL"]) and arguments[:1] != ["migrate"]:
            quiet = [*MANAGE, "migrate", "--noinput", "--verbosity=0"]
            if code := interruptions.wait_for(subprocess.Popen(quiet, env=environ, cwd=CHECKOUT)):
                return code
        return foreground([*MANAGE, *arguments], environ, _callers_folder())
    finally:
        supervisor.stop()


def foreground(argv: list[str], environ: dict[str, str], folder: Path) -> int:
    """Run it in our place in the terminal: Ctrl-C is its business, and a SIGTERM to us goes to it."""
    process = subprocess.Popen(argv, env=environ, cwd=folder)
    signal.signal(signal.SIGINT, lambda *_: None)  # the terminal sends it to both of us
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: process.send_signal(received))
    code = process.wait()
    return code if code >= 0 else 128 - code


def _callers_folder() -> Path:
    """`run` works in the checkout; a file named on the command line is where the caller is."""
    return Path(os.environ.get("CALLED_FROM") or os.getcwd())


def _is_new(url: str) -> bool:
    import psycopg

    with psycopg.connect(url) as connection:
        return connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
