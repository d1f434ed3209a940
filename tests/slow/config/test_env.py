"""Production, that is DEBUG=false: nothing starts half configured, and `check --deploy` is clean."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config import env
from tools.servers.paths import CHECKOUT

ROOT = CHECKOUT
SECRET = "u7Qw-2fZk9_pXv4bLr8TnYc1HsDjAe6MgOi3KxRzWqVtBl5N"
COMPLETE = {
    "SECRET_KEY": SECRET + "uP",
    "DATABASE_URL": "postgres://whistle:pw@127.0.0.1:1/whistle",
    "REDIS_URL": "redis://:pw@127.0.0.1:1/0",
    "ALLOWED_HOSTS": "whistle.example.org",
    "SITE_URL": "https://whistle.example.org",
}
pytestmark = pytest.mark.skipif(
    (ROOT / ".env").exists(), reason="a .env of this checkout would answer for the environment"
)


def start(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run it as production would, with nothing of ours in the environment but these variables."""
    system = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        command, cwd=ROOT, env=system | variables, capture_output=True, text=True, timeout=60, check=False
    )


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return start(sys.executable, "manage.py", *arguments, **variables)


def test_the_deployment_check_is_clean():
    ran = manage("check", "--deploy", "--fail-level", "WARNING", **COMPLETE)
    assert ran.returncode == 0, ran.stderr
    assert "no issues" in ran.stdout + ran.stderr


def test_the_deployment_check_silences_preloading_alone():
    ran = manage("check", "--deploy", "--fail-level", "WARNING", **COMPLETE, HSTS_PRELOAD="true")
    assert "no issues (0 silenced)" in ran.stdout + ran.stderr


@pytest.mark.parametrize("name", env.REQUIRED)
@pytest.mark.parametrize("command", ["check", "reconcile_jobs"])
def test_without_a_variable_it_says_which_in_one_line(name, command):
    without = {key: value for key, value in COMPLETE.items() if key != name}
    # DATABASE_URL set empty: a demo that runs here would lend its own otherwise.
    ran = manage(command, **without, **({"DATABASE_URL": ""} if name == "DATABASE_URL" else {}))

    assert ran.returncode == 1
    assert ran.stdout == ""
    assert re.fullmatch(rf"Final Whistle does not start: {name} is missing\. [^\n]+\n", ran.stderr)


def test_all_that_is_missing_is_said_at_once():
    ran = manage("check", DATABASE_URL="")
    assert [name for name in env.REQUIRED if f"{name} is missing" not in ran.stderr] == []
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("secret", "fault"),
    [
        ("x7" * 20, "has 40 characters; at least 50 are required"),
        ("ab" * 40, "repeats a few characters"),
        ("django-insecure-" + SECRET, "is a publicly known value"),
        ("only-for-development", "is a publicly known value"),
        ("changeme" * 9, "is a publicly known value"),
    ],
)
def test_a_weak_secret_is_refused_and_not_repeated(secret, fault):
    ran = manage("check", **COMPLETE | {"SECRET_KEY": secret})
    assert (ran.returncode, fault in ran.stderr) == (1, True)
    assert secret not in ran.stderr


def test_without_tls_only_this_machine_is_served():
    ran = manage("check", **COMPLETE, BEHIND_TLS="false")
    assert ran.returncode == 1
    assert (
        "ALLOWED_HOSTS contains whistle.example.org: without TLS only this machine may be served"
        in ran.stderr
    )

    local = {
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SITE_URL": "http://127.0.0.1:8000",
        "BEHIND_TLS": "false",
    }
    assert manage("check", **COMPLETE | local).returncode == 0


def test_behind_tls_the_public_address_is_https():
    ran = manage("check", **COMPLETE | {"SITE_URL": "http://whistle.example.org"})
    assert "SITE_URL=http://whistle.example.org must begin with https://" in ran.stderr


@pytest.mark.parametrize("hosts", ["*", "whistle.example.org, *"])
def test_production_names_its_hosts(hosts):
    ran = manage("check", **COMPLETE | {"ALLOWED_HOSTS": hosts})
    assert ran.returncode == 1
    assert "ALLOWED_HOSTS=* allows any host name" in ran.stderr


UNREADABLE = [
    ("DATABASE_URL", "garbage"),
    ("DATABASE_URL", "mysql://whistle:pw@127.0.0.1/whistle"),
    ("DATABASE_URL", "postgres://whistle:pw@127.0.0.1:port/whistle"),
    ("DATABASE_URL", "postgres://whistle:pw@127.0.0.1"),
    ("REDIS_URL", "foo://whistle:pw@127.0.0.1"),
    ("REDIS_URL", "redis://whistle:pw@127.0.0.1:port/0"),
    ("FOOTBALL_DATA_URL", "http://feed.example.org"),
    ("FOOTBALL_DATA_URL", "https://whistle:pw@feed.example.org"),
    ("API_FOOTBALL_URL", "feed.example.org"),
    ("OPENLIGADB_URL", ""),
    ("OPENFOOTBALL_URL", "https://feed.example.org/?key=1"),
    ("OPENFOOTBALL_URL", "http://127.0.0.1.example.org"),
    ("FOOTBALL_DATA_TOKEN", "two words"),
    ("FOOTBALL_DATA_TOKEN", "line\nbreak"),
    ("API_FOOTBALL_TOKEN", "schlüssel"),
    ("PROXY_COUNT", "one"),
    ("PROXY_COUNT", "-1"),
    ("PROXY_COUNT", ""),
    ("HSTS_SECONDS", "a year"),
    ("HSTS_SECONDS", "-1"),
    ("JOB_TIMEOUT", "2m"),
    ("JOB_TIMEOUT", "0"),
    ("JOB_LEASE", "1.5"),
    ("PAGE_CACHE_SIZE", "32 MB"),
    ("JOB_LEASE", "99999999999999"),
    ("REFRESH_DELAY", "soon"),
    ("ROUNDUP_DELAY", "nan"),
    ("PREDICT_BEFORE", "59"),
    ("PREDICT_BEFORE", "half an hour"),
    ("LLM_BASE_URL", "http://api.example.org/v1"),
    ("LLM_BASE_URL", "https://whistle:pw@api.example.org/v1"),
    ("LLM_BASE_URL", "api.example.org"),
    ("LLM_BASE_URL", "http://0x7f000001/v1"),
    ("OPENLIGADB_URL", "https://169.254.169.254/"),
    ("TSA_URL", "http://2130706433/"),
    ("TSA_URL", "http://[fe80::1]/"),
    ("LLM_COOLDOWN", "-1"),
    ("FORECASTS_TIMEOUT", "0"),
    ("ROUNDUP_WRITER", "poet"),
    ("LOG_LEVEL", "foo"),
    ("LOG_FORMAT", "xml"),
    ("SENTRY_DSN", "foo"),
]


@pytest.mark.parametrize(("name", "value"), UNREADABLE)
def test_a_variable_that_cannot_be_read_is_named_in_one_sentence_without_its_password(name, value):
    for debug in (True, False):
        with pytest.raises(env.Unconfigured) as told:
            env.validate(COMPLETE | {name: value}, debug=debug, behind_tls=True)
        assert re.fullmatch(rf"Final Whistle does not start: {name} [^\n]+", str(told.value))
        assert ":pw@" not in str(told.value)


READABLE = [
    ("DATABASE_URL", "postgres:///whistle"),
    ("DATABASE_URL", "postgresql://u:p%40w@[::1]:5432/whistle?sslmode=require"),
    ("DATABASE_URL", "postgres://u:p@a:5432,b:5433/whistle"),
    ("DATABASE_URL", "postgres://u:p#x@host/whistle"),
    ("REDIS_URL", "rediss://:pw@host:6380/3?health_check_interval=5"),
    ("REDIS_URL", "unix:///run/redis.sock?db=1"),
    ("FOOTBALL_DATA_URL", "https://feed.example.org/v4"),
    ("OPENLIGADB_URL", "http://127.0.0.1:8801/ol"),
    ("FOOTBALL_DATA_TOKEN", ""),
    ("API_FOOTBALL_TOKEN", "4711-abc_DEF"),
    ("PROXY_COUNT", "0"),
    ("ROUNDUP_DELAY", "0.5"),
    ("JOB_LEASE", "5"),
    ("PREDICT_BEFORE", "900.5"),
    ("LLM_BASE_URL", ""),
    ("LLM_BASE_URL", "http://ollama:11434/v1"),
    ("ROUNDUP_WRITER", "llm"),
    ("LOG_LEVEL", "WARNING"),
    ("SENTRY_DSN", ""),
    ("SENTRY_DSN", "https://key@sentry.example.org/1"),
]


@pytest.mark.parametrize(("name", "value"), READABLE)
def test_what_can_be_read_is_taken(name, value):
    assert env.validate(COMPLETE | {name: value}, debug=False, behind_tls=True) is None


@pytest.mark.parametrize(("name", "value"), [("REDIS_URL", "foo://x"), ("LOG_LEVEL", "foo")])
@pytest.mark.parametrize("debug", ["true", "false"])
@pytest.mark.parametrize("command", [["rqworker", "scoring"], ["doctor"]])
def test_workers_and_commands_say_what_cannot_be_read(name, value, debug, command):
    ran = manage(*command, **COMPLETE | {name: value}, DEBUG=debug)
    assert ran.returncode == 1
    assert re.fullmatch(rf"Final Whistle does not start: {name} [^\n]+\n", ran.stderr)


def test_a_lease_that_a_job_may_outlive_is_a_warning_of_the_deployment_check():
    short = {"JOB_TIMEOUT": "120", "JOB_LEASE": "1"}
    ran = manage("check", "--deploy", "--fail-level", "WARNING", **COMPLETE, **short)
    assert ran.returncode == 1
    assert "JOB_LEASE is not longer than JOB_TIMEOUT" in ran.stderr
    assert manage("check", **COMPLETE, **short).returncode == 0
    doctor = manage("doctor", "--only", "JOB_LEASE", **COMPLETE, **short)
    assert "note  JOB_LEASE" in doctor.stdout
    assert doctor.returncode == 0


def test_the_web_server_stops_instead_of_forking_for_ever():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    command = [
        gunicorn,
        "config.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "1",
        "--no-control-socket",
    ]
    ran = start(*command, **COMPLETE | {"SITE_URL": ""})
    assert ran.returncode == 3
    assert "Final Whistle does not start: SITE_URL is missing" in ran.stderr


def test_a_fault_found_while_the_views_are_imported_is_one_line_too(tmp_path):
    (tmp_path / "other_settings.py").write_text(
        "from config.settings import *\nROOT_URLCONF = 'other_urls'\n"
    )
    (tmp_path / "other_urls.py").write_text(
        "from config.env import Unconfigured\nraise Unconfigured('X is missing.')\n"
    )
    path = os.pathsep.join([str(tmp_path), str(ROOT)])

    ran = start(
        *(sys.executable, "-c", "import config.wsgi"),
        **COMPLETE | {"DJANGO_SETTINGS_MODULE": "other_settings", "PYTHONPATH": path},
    )

    assert (ran.returncode, ran.stderr.splitlines()[-1]) == (3, "X is missing.")
    assert "Traceback" not in ran.stderr


def test_development_needs_none_of_it():
    assert manage("check", DEBUG="true", DATABASE_URL=COMPLETE["DATABASE_URL"]).returncode == 0


def test_the_example_names_what_is_required_and_gives_no_secret():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(env.REQUIRED) <= set(example)
    assert {example[name] for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "CRON_SECRET")} == {""}


SHOW = """
import json, django
django.setup()
from django.conf import settings as s
names = [name for name in dir(s) if "COOKIE" in name or name.startswith(("SECURE_", "PROXY"))]
print(json.dumps({name: getattr(s, name) for name in names}))
"""


def test_cookies_and_transport_are_as_strict_as_they_can_be():
    ran = start(sys.executable, "-c", SHOW, **COMPLETE, DJANGO_SETTINGS_MODULE="config.settings")
    found = json.loads(ran.stdout)
    for cookie in ("SESSION", "CSRF"):
        assert found[f"{cookie}_COOKIE_SECURE"] is True
        assert found[f"{cookie}_COOKIE_HTTPONLY"] is True
        assert found[f"{cookie}_COOKIE_SAMESITE"] == "Lax"
        assert found[f"{cookie}_COOKIE_NAME"].startswith("__Host-")
        assert found[f"{cookie}_COOKIE_DOMAIN"] is None
    assert found["SESSION_COOKIE_AGE"] <= 12 * 3600
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SECURE_HSTS_SECONDS"] == 31_536_000
    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True
    assert found["SECURE_HSTS_PRELOAD"] is False
    assert found["PROXY_COUNT"] == 1


def test_no_tool_is_installed():
    code = (
        "from django.conf import settings; print([app for app in settings.INSTALLED_APPS if 'tools' in app])"
    )
    ran = start(sys.executable, "-c", code, **COMPLETE, DJANGO_SETTINGS_MODULE="config.settings")

    assert (ran.stdout, ran.stderr) == ("[]\n", "")


def test_sentry_adds_no_headers_to_requests_to_external_services():
    code = (
        "import django; django.setup(); import sentry_sdk;"
        "print(sentry_sdk.get_client().options['trace_propagation_targets'])"
    )
    sentry = {"SENTRY_DSN": "https://key@sentry.example.org/1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    ran = start(sys.executable, "-c", code, **COMPLETE, **sentry)

    assert ran.stdout.strip() == "[]", ran.stderr
