"""`./run demo` and `./run up`: start everything and serve it until Ctrl-C."""

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from tools.demo import bootstrap
from tools.processes.interrupts import Interrupts, Stopped, ToolError
from tools.processes.process import Echo, ManagedProcess, procfile_processes
from tools.processes.supervisor import PIDS, Supervisor, end_earlier_processes
from tools.servers import embedded, environment
from tools.servers.paths import CHECKOUT, LOCAL, Lock, kept_secret, make_private

DEMO_ROUNDUP_DELAY = "2"  # seconds; shorter than in production, to keep the demo lively
REPLAY = [sys.executable, "-m", "tools.demo.replay"]


def demo(*, exit_after: bool, as_json: bool, reset: bool) -> int:
    """Replay the season and serve the site until Ctrl-C.

    With `exit_after`, stop after the replay and return its exit code.
    """
    site = Site("demo", roundup_delay=DEMO_ROUNDUP_DELAY, output=sys.stderr if as_json else sys.stdout)
    return site.run(lambda: site.replay(exit_after=exit_after, as_json=as_json), reset=reset)


def up(*, reset: bool) -> int:
    """Serve an empty installation, with the output of all processes in the terminal."""
    site = Site("up", roundup_delay=None, output=sys.stdout)
    return site.run(site.serve_and_echo, reset=reset)


class Site:
    """One running installation: servers, processes, and the file with its settings."""

    def __init__(self, name: str, *, roundup_delay: str | None, output: TextIO):
        self.name = name
        self.roundup_delay = roundup_delay
        self.output = output
        self.port = environment.web_port()
        self.address = f"http://127.0.0.1:{self.port}/"
        self.interruptions = Interrupts()
        self.settings: dict[str, str] = {}
        self.exit_code = 0

    def say(self, text: str) -> None:
        with suppress(OSError):  # the terminal may be closed; stopping must go on
            print(text, file=self.output, flush=True)

    def run(self, then: Callable[[], None], *, reset: bool = False) -> int:
        """Start the site, call `then` once, and stop everything when `then` returns or a signal arrives.

        Returns the exit code. If `reset` is set, the site's data is deleted first.
        """
        if reset and os.environ.get("DATABASE_URL"):
            raise ToolError(
                f"--reset deletes only .local/{self.name}, and DATABASE_URL names another database."
            )
        self.interruptions.listen()
        lock = Lock(LOCAL / "lock")
        if not lock.take(f"`./run {self.name}` at {self.address}"):
            raise ToolError(
                f"It is running already: {lock.holder()}. Stop that one first (Ctrl-C in its terminal)."
            )
        try:
            end_earlier_processes(PIDS)  # one of them may still use the port
            self._check_port()
            embedded.require_answers()
            return self._run_locked(then, reset)
        finally:
            environment.withdraw()
            lock.release()

    def _run_locked(self, then: Callable[[], None], reset: bool) -> int:
        group = embedded.wanted_servers(self.name)
        if reset:
            for server in group:
                server.erase()
        self.supervisor = Supervisor(servers=group, pids=PIDS, say=self.say, interruptions=self.interruptions)
        self._greet()
        try:
            self._start()
            then()
        except Stopped:
            self.exit_code = self.exit_code or 0
        finally:
            self.say("Stopping ...")
            self.supervisor.stop()
            self.say("Stopped.")
        return self.exit_code

    def _check_port(self) -> None:
        try:
            if environment.is_busy(self.port):
                other = self.port + 1 if self.port < 65535 else 8000
                raise ToolError(f"Port {self.port} is busy; use PORT={other} ./run {self.name}")
        except PermissionError:
            raise ToolError(f"Port {self.port} is for root only; use PORT=8000 ./run {self.name}") from None

    def _greet(self) -> None:
        self.say(f"Final Whistle   {self.address}")
        self.say(f"Admin           {self.address}admin/  user admin, password {self._admin_password()}")
        self.say("Stop with       Ctrl-C")

    def _admin_password(self) -> str:
        return kept_secret(LOCAL / "admin-password")

    def _start(self) -> None:
        began = time.monotonic()
        urls = self.supervisor.start_servers()
        if "DATABASE_URL" in urls:
            bootstrap.require_current(urls["DATABASE_URL"], self.name)
        self.settings = environment.settings_for(urls, port=self.port, roundup_delay=self.roundup_delay)
        self._prepare()
        environment.announce(self.settings)
        environ = environment.child_environment(self.settings)
        clients = procfile_processes(environ, make_private(LOCAL / "logs"))
        self.supervisor.start_clients(clients)
        web = clients[0]
        web.wait_until(
            lambda: environment.responds(self.port), title="The web server", tick=self.interruptions.check
        )
        self.say(f"Ready after {time.monotonic() - began:.1f} s. Logs are in {LOCAL / 'logs'}")

    def _prepare(self) -> None:
        """Run the migrations and create the admin account before any page is served."""
        owned = any(server.name == "postgres" for server in self.supervisor.servers)
        password = self._admin_password()
        environ = environment.child_environment(self.settings | {"DJANGO_SUPERUSER_PASSWORD": password})
        policy = "reset" if owned and self.name == "demo" else "keep"
        child = ManagedProcess(
            "prepare", [sys.executable, "-m", "tools.demo.bootstrap", policy], environ, CHECKOUT
        )
        if self.interruptions.wait_for(child.start()):
            raise ToolError("The database could not be prepared: see above.")

    def replay(self, *, exit_after: bool, as_json: bool) -> None:
        """Run the replay as a separate process; then serve, or return if `exit_after` is set."""
        environ = environment.child_environment(self.settings)
        child = ManagedProcess("replay", [*REPLAY, *(["--json"] if as_json else [])], environ, CHECKOUT)
        child.start()
        try:
            self.supervisor.watch(until=lambda: not child.is_running())
        except Stopped:
            self.exit_code = 130 if exit_after else 0
            raise
        finally:
            child.stop(grace=10)
        code = child.exit_code()
        if exit_after:
            self.exit_code = code if code is not None and code >= 0 else 1
            return
        if code:
            self.say(f"The replay ended with exit code {code}.")
        self.say(f"Serving {self.address} until Ctrl-C.")
        self.supervisor.watch(until=lambda: False)

    def serve_and_echo(self) -> None:
        logs = {client.name: client.log for client in self.supervisor.clients if client.log}
        self.supervisor.watch(until=lambda: False, also=Echo(logs, self.say).show)
