"""What the environment, the disk and Ctrl-C can do to `./run` before anything has started: one line each."""

import errno
import os
import signal
import subprocess
import sys
import time

import pytest

from tools.demo.__main__ import in_words
from tools.processes.interrupts import ToolError
from tools.servers import environment, paths
from tools.servers.environment import free_port
from tools.servers.paths import CHECKOUT

CLOSED = "postgres://u:sekret@127.0.0.1:1/x"


def run(*arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.demo", *arguments],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "PORT": str(free_port())} | values,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "port", ["²", "٨", "0", "-1", "99999", "8000x", " 8001", "1e3", "8_001", "9" * 5000, "+80"]
)
def test_a_port_that_is_none(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(ToolError, match="is not a port number"):
        environment.web_port()


def test_an_empty_port_is_the_usual_one(monkeypatch):
    monkeypatch.setenv("PORT", "")
    assert environment.web_port() == 8000


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"DATABASE_URL": CLOSED}, "Connection refused. Start PostgreSQL, or correct it."),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL cannot be read"),
        ({"REDIS_URL": "redis://:sekret@127.0.0.1:1/0"}, "Start Redis or Valkey, or correct it."),
        ({"REDIS_URL": "http://:sekret@127.0.0.1:6379"}, "REDIS_URL cannot be read"),
        ({"REDIS_URL": "redis://:sekret@127.0.0.1:abc/0"}, "REDIS_URL cannot be read"),
        ({"REDIS_URL": "redis:///0"}, "REDIS_URL cannot be read"),
        ({"REDIS_URL": "redis://127.0.0.1:6379/zz"}, "REDIS_URL cannot be read"),
    ],
)
@pytest.mark.parametrize("command", [["up"], ["test", "nothing"]])
def test_a_server_that_is_not_there(values, said, command):
    ran = run(*command, **values)

    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.count("\n") == 1
    assert said in ran.stderr
    assert "sekret" not in ran.stderr


def test_a_wrong_password_of_redis(redis_queues):
    host = os.environ["REDIS_URL"].split("//")[1].split("@")[-1]
    ran = run("up", REDIS_URL=f"redis://stranger:sekret@{host}")

    assert ran.returncode == 1
    assert ran.stderr.startswith("REDIS_URL: ")
    assert (ran.stderr.count("\n"), "sekret" in ran.stderr) == (1, False)


@pytest.mark.parametrize("command", ["migrate", "showmigrations"])
def test_a_command_of_django_without_its_database(command):
    ran = subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=CHECKOUT,
        env=dict(os.environ) | {"DATABASE_URL": CLOSED},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 1
    assert "The database x at 127.0.0.1:1 does not answer" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "sekret" not in ran.stderr


def test_a_full_disk_is_named_with_the_file(tmp_path, monkeypatch):
    (tmp_path / f"env.{os.getpid()}.new").symlink_to("/dev/full")

    with pytest.raises(OSError, match="No space left") as caught:
        paths.write_private(tmp_path / "env", "text")

    assert (
        in_words(caught.value) == f"No space left on the disk of {tmp_path}/env: free some, then start again."
    )
    assert not list(tmp_path.iterdir()), "no half-written file stays behind"


def test_other_errors_of_the_system_are_not_hidden():
    with pytest.raises(OSError, match="odd"):
        in_words(OSError(errno.EIO, "odd"))


@pytest.mark.processes
@pytest.mark.parametrize("after", [0.05, 0.1, 0.2, 0.4])
def test_ctrl_c_in_the_first_moment_leaves_no_traceback(after):
    process = subprocess.Popen(
        ["./run", "up"],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "PORT": str(free_port()), "DATABASE_URL": CLOSED},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(after)
    os.killpg(process.pid, signal.SIGINT)

    _, err = process.communicate(timeout=30)

    assert process.returncode in (130, -signal.SIGINT, 1), err
    assert "Traceback" not in err
    assert err.count("\n") <= 1
