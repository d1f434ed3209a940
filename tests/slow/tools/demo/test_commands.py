"""`python -m tools.demo` as a whole, in a small checkout: real servers, a stand-in for the site."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import urllib.request
from pathlib import Path

import pytest

from tests.fixtures.demo import eventually
from tools.servers.environment import free_port
from tools.servers.paths import CHECKOUT

pytestmark = pytest.mark.processes

FILES = {
    "Procfile": "web: python -m http.server ${PORT:-8000} --bind 127.0.0.1 --directory public\n",
    "public/index.html": "hello",
    "config/__init__.py": "",
    "config/settings.py": """
        import environ
        SECRET_KEY = environ.Env().str("SECRET_KEY")
        DATABASES = {"default": environ.Env().db_url("DATABASE_URL")}
        INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
        DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
    """,
    "tools/demo/replay.py": """
        import os, sys
        print('{"delay": ' + os.environ["ROUNDUP_DELAY"] + '}')
        sys.exit(int(os.environ.get("REPLAY_EXIT", "0")))
    """,
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("tools", "core", "matches"):
        shutil.copytree(CHECKOUT / name, folder / name)
    shutil.copy(CHECKOUT / "manage.py", folder)
    for module in (CHECKOUT / "config").glob("*.py"):
        (folder / "config").mkdir(exist_ok=True)
        shutil.copy(module, folder / "config")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(textwrap.dedent(text))
    yield folder
    if (note := folder / ".local" / "server-home").exists():
        shutil.rmtree(note.read_text().strip())


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture
def start(checkout, port):
    """Start a command of the demo in that checkout; whatever the test does, it is over afterwards."""
    processes = []

    def popen(*arguments: str, **environment: str) -> subprocess.Popen:
        clean = {"PATH": os.environ["PATH"], "PORT": str(port)}
        process = subprocess.Popen(
            [sys.executable, "-m", "tools.demo", *arguments],
            cwd=checkout,
            env=clean | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield popen
    for process in processes:
        process.terminate()
        process.communicate(timeout=60)


def finish(process: subprocess.Popen) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_a_busy_port_is_noticed_before_anything_starts(checkout, start, port):
    with socket.create_server(("127.0.0.1", port)):
        code, out, err = finish(start("demo"))

    assert (code, out) == (1, "")
    assert err == f"Port {port} is busy; use PORT={port + 1} ./run demo\n"
    assert not (checkout / ".local" / "demo").exists()


def test_a_port_must_be_a_number(start):
    code, _, err = finish(start("up", PORT="http"))

    assert code == 1
    assert "PORT=http is not a port number" in err


def test_the_last_line_is_the_replays_and_so_is_the_exit_code(start):
    code, out, err = finish(start("demo", "--exit", "--json", REPLAY_EXIT="3"))

    assert code == 3
    assert out == '{"delay": 2}\n'
    assert "password" in err
    assert "Stopped." in err


def test_a_running_demo_says_so_serves_other_terminals_and_stops_cleanly(checkout, start, port):
    demo = start("demo")
    greeting = [demo.stdout.readline() for _ in range(3)]
    password = (checkout / ".local" / "admin-password").read_text().strip()
    assert f"http://127.0.0.1:{port}/" in greeting[0]
    assert password in greeting[1]
    assert "Ctrl-C" in greeting[2]
    while "Serving" not in demo.stdout.readline():
        assert demo.poll() is None, demo.stderr.read()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
        assert page.read() == b"hello"

    code, _, err = finish(start("up"))
    assert code == 1
    assert f"running already: `./run demo` at http://127.0.0.1:{port}/" in err

    sign_in = (
        "from django.contrib.auth import authenticate\n"
        f"print(authenticate(username='admin', password='{password}'))"
    )
    code, out, err = finish(start("manage", "shell", "--no-imports", "-c", sign_in))
    assert (code, out) == (0, "admin\n"), err

    other = {"DATABASE_URL": "postgres://x@127.0.0.1:1/x"}
    code, _, err = finish(start("manage", "check", **other))
    assert (code, err.count("\n")) == (1, 1)
    assert "Set REDIS_URL as well" in err
    which = "from django.conf import settings; print(settings.DATABASES['default']['PORT'])"
    other["REDIS_URL"] = "redis://127.0.0.1:1/0"
    code, out, err = finish(start("manage", "shell", "--no-imports", "-c", which, **other))
    assert (code, out) == (0, "1\n"), err

    env = checkout / ".local" / "env"
    assert env.stat().st_mode & 0o777 == 0o600
    demo.send_signal(signal.SIGTERM)
    code, _, err = finish(demo)
    assert (code, err) == (0, "")
    assert not env.exists()


def test_manage_starts_the_servers_when_nothing_runs_and_stops_them(checkout, start):
    code, out, err = finish(start("manage", "showmigrations", "auth"))

    assert code == 0, err
    assert "[X] 0001_initial" in out
    assert not (checkout / ".local" / "pids.json").exists()


def test_manage_hands_on_arguments_and_exit_codes(start):
    code, _, err = finish(start("manage", "no_such_command", "--json"))

    assert code == 1
    assert "no_such_command" in err


@pytest.mark.parametrize("command", ["demo", "up"])
def test_reset_never_touches_somebody_elses_database(start, command):
    code, _, err = finish(start(command, "--reset", DATABASE_URL="postgres://elsewhere/football"))

    assert code == 1
    assert err == f"--reset deletes only .local/{command}, and DATABASE_URL names another database.\n"


OLD = (
    "from django.db.migrations.recorder import MigrationRecorder\n"
    "from django.db import connection\n"
    "MigrationRecorder(connection).record_applied('matches', '0001_facts')\n"
)


def is_too_old(name: str) -> str:
    return (
        f"The data in .local/{name} is of an earlier, unreleased version and cannot be migrated:"
        f" run `./run {name} --reset`, which deletes it.\n"
    )


def test_data_of_an_unreleased_version_gets_one_line_and_a_reset(start):
    code, _, err = finish(start("manage", "shell", "--no-imports", "-c", OLD))
    assert code == 0, err

    for command in (["demo", "--exit"], ["manage", "migrate"], ["manage", "showmigrations"]):
        code, _, err = finish(start(*command))
        assert (code, err) == (1, is_too_old("demo"))

    code, _, err = finish(start("demo", "--exit", "--reset"))
    assert code == 0, err


def test_up_deletes_old_data_of_its_own_on_request(checkout, start):
    up = start("up")
    assert eventually((checkout / ".local" / "env").exists, patience=60)
    code, _, err = finish(start("manage", "shell", "--no-imports", "-c", OLD))
    assert code == 0, err
    up.send_signal(signal.SIGTERM)
    finish(up)

    code, _, err = finish(start("up"))
    assert (code, err) == (1, is_too_old("up"))

    up = start("up", "--reset")
    assert eventually((checkout / ".local" / "env").exists, patience=60)
    up.send_signal(signal.SIGTERM)
    code, _, err = finish(up)
    assert (code, err) == (0, "")


def test_after_kill_9_the_next_start_is_clean(checkout, start):
    demo = start("demo")
    assert eventually((checkout / ".local" / "env").exists)
    demo.kill()

    code, out, err = finish(start("demo", "--exit", "--reset"))

    assert code == 0, err
    assert eventually(lambda: not (checkout / ".local" / "env").exists())
    assert "Stopped." in out
