"""The Procfile, compose.yaml and the systemd units start the same programs, and keep the same promises."""

import re
import shlex
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from core.http.web_worker import MAX_BODY
from tools.processes.process import read_procfile

ROOT = Path(settings.BASE_DIR)
UNITS = ROOT / "deploy" / "systemd"
PROGRAMS = "/opt/final-whistle/.venv/bin/"
WORKERS = {"scoring", "stats", "teams", "content", "feeds", "forecasts"}
SPACE_OF_A_JOB = settings.JOB_TIMEOUT + 10  # seconds


def same(argv: list[str]) -> list[str]:
    """Without what may differ: where the programs are, and the address that the web server binds to."""
    program = argv[0].removeprefix(PROGRAMS)
    return [program, *(re.sub(r"^[\d.]+:(8000|\$\{PORT\})$", "ADDRESS:8000", word) for word in argv[1:])]


def procfile() -> dict[str, list[str]]:
    commands = read_procfile((ROOT / "Procfile").read_text(encoding="utf-8"), {})
    return {name: same(argv) for name, argv in commands.items()}


def compose() -> dict[str, dict]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]


def unit_file(path: Path) -> RawConfigParser:
    parser = RawConfigParser(strict=False)  # systemd allows a key several times
    parser.optionxform = str
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


def units() -> dict[str, RawConfigParser]:
    """The long-running services, each worker by its queue."""
    wanted = re.findall(r"final-whistle-([\w@.]+)\.service", (UNITS / "final-whistle.target").read_text())
    return {
        name.removeprefix("worker@"): unit_file(UNITS / f"final-whistle-{re.sub('@.*', '@', name)}.service")
        for name in wanted
    }


def test_compose_starts_what_the_procfile_starts():
    ours = {
        name: same(shlex.split(service["command"]))
        for name, service in compose().items()
        if name not in ("postgres", "redis", "migrate")
    }

    assert ours == procfile()


def test_the_target_starts_what_the_procfile_starts():
    ours = {
        name: same(shlex.split(unit["Service"]["ExecStart"].replace("%i", name)))
        for name, unit in units().items()
    }

    assert ours == procfile()


def test_compose_and_systemd_migrate_with_the_same_command():
    unit = unit_file(UNITS / "final-whistle-migrate.service")["Service"]

    assert same(shlex.split(unit["ExecStart"])) == shlex.split(compose()["migrate"]["command"])


def test_everything_is_started_again_whatever_its_exit_code():
    ours = {name: service["restart"] for name, service in compose().items() if name != "migrate"}
    assert set(ours.values()) == {"always"}

    for unit in units().values():
        assert unit["Service"]["Restart"] == "always"
        assert unit["Unit"]["StartLimitIntervalSec"] == "0", "it must never give up"


def test_a_worker_may_finish_its_job_before_it_is_stopped():
    for name in WORKERS:
        assert int(compose()[name]["stop_grace_period"].removesuffix("s")) >= SPACE_OF_A_JOB
        assert int(units()[name]["Service"]["TimeoutStopSec"]) >= SPACE_OF_A_JOB


def test_a_stop_ends_every_child_but_asks_the_parent_only():
    common = unit_file(UNITS / "final-whistle-.service.d" / "common.conf")

    assert common["Service"]["KillMode"] == "mixed"
    assert all(service["init"] for name, service in compose().items() if name in procfile())


def test_ours_start_after_the_servers_and_so_stop_before_them():
    for unit in units().values():
        assert {"postgresql.service", "redis-server.service"} <= set(unit["Unit"]["After"].split())
        assert unit["Unit"]["PartOf"] == "final-whistle.target"
    for name in procfile():
        assert set(compose()[name]["depends_on"]) == {"migrate", "redis"}
    assert set(compose()["migrate"]["depends_on"]) == {"postgres"}


def test_every_container_says_whether_it_is_well():
    checks = {
        name: service["healthcheck"]["test"] for name, service in compose().items() if name != "migrate"
    }

    assert "/healthz/" in checks["web"][-1]
    for name in WORKERS:
        assert checks[name][-3:] == ["doctor", "--only", f"worker {name}"]
    assert [checks[name][-1] for name in ("scheduler", "reconciler")] == ["scheduler", "reconciler"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze here")
def test_systemd_finds_no_fault_in_the_units(tmp_path):
    """In a root of its own, with the programs where the units look for them."""
    system = tmp_path / "etc" / "systemd" / "system"
    shutil.copytree(UNITS, system)
    for name in ("sysinit", "basic", "shutdown", "network-online", "multi-user"):
        (system / f"{name}.target").write_text("[Unit]\nDefaultDependencies=no\n")
    for program in (f"{PROGRAMS}python", f"{PROGRAMS}gunicorn"):
        path = tmp_path / program.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    names = [re.sub("@", "@scoring", path.name) for path in UNITS.glob("final-whistle*.*") if path.is_file()]

    verify = ["systemd-analyze", "verify", f"--root={tmp_path}", *names]
    found = subprocess.run(verify, capture_output=True, text=True, check=False)

    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("nginx"), reason="there is no nginx here")
def test_nginx_finds_no_fault_in_its_file(tmp_path):
    """With a certificate of its own in place of the site's."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=whistle.example.org"]
    subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    text = (ROOT / "deploy" / "nginx" / "final-whistle.conf").read_text(encoding="utf-8")
    text = text.replace("/etc/ssl/certs/whistle.example.org.pem", str(certificate))
    text = text.replace("/etc/ssl/private/whistle.example.org.key", str(key))
    main = tmp_path / "nginx.conf"
    main.write_text(f"pid {tmp_path}/nginx.pid;\nevents {{}}\nhttp {{\n{text}\n}}\n")

    found = subprocess.run(["nginx", "-t", "-c", main], capture_output=True, text=True, check=False)

    assert found.returncode == 0, found.stderr


def test_both_proxies_buffer_and_allow_as_much_as_the_web_process():
    nginx = (ROOT / "deploy" / "nginx" / "final-whistle.conf").read_text(encoding="utf-8")
    caddy = (ROOT / "deploy" / "caddy" / "Caddyfile").read_text(encoding="utf-8")

    assert "proxy_request_buffering on;" in nginx
    assert "request_buffers 3MB" in caddy
    assert (f"client_max_body_size {MAX_BODY >> 20}m;" in nginx, f"max_size {MAX_BODY >> 20}MB" in caddy) == (
        True,
        True,
    )
    for header in ("X-Forwarded-For $proxy_add_x_forwarded_for", "X-Forwarded-Proto $scheme", "Host $host"):
        assert f"proxy_set_header {header};" in nginx
