"""Every process of the Procfile imports what it needs and no more: ten of them share one machine."""

import json
import os
import subprocess
import sys

import pytest
from django.core.management import get_commands, load_command_class

from core.pipeline import registry
from core.pipeline.models import JobRun
from matches.llm import schedule
from tools.servers.paths import CHECKOUT

ROOT = CHECKOUT
HEAVY = {"numpy", "scipy", "cryptography.fernet", "rfc3161_client", "pytest", "factory"}


def imported_by(code: str) -> set[str]:
    """Names of the modules in a new process after this code."""
    told = "import json, sys; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}\n{told}"],
        cwd=ROOT,
        env={**os.environ, "DEBUG": "true", "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(ran.stdout.splitlines()[-1]))


def test_workers_run_no_checks_which_would_import_every_url():
    for name in ("rqworker", "rqscheduler", "reconcile_jobs"):
        assert get_commands()[name] == "core.pipeline"
        assert load_command_class("core.pipeline", name).requires_system_checks == []


def third_party(modules: set[str]) -> set[str]:
    packages = {name.partition(".")[0] for name in modules}
    return {each for each in packages if each not in sys.stdlib_module_names and not each.startswith("_")}


def test_a_bare_check_imports_nothing_that_only_some_jobs_need():
    loaded = imported_by(
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('check')"
    )

    assert "drf_spectacular" in loaded, "it is not the process that it should be"
    assert loaded & HEAVY <= {"numpy"}, "pages compare forecasters with numpy, and need nothing else of these"
    assert len(third_party(loaded)) <= 75, sorted(third_party(loaded))


def test_forecasters_import_numpy_where_they_compute():
    loaded = imported_by("from matches.forecasters.statistical import BASELINES; assert len(BASELINES) == 8")

    assert {"numpy", "scipy"} <= loaded


@pytest.mark.parametrize(
    ("queue", "heavy"),
    [
        *((queue, set()) for queue in ("scoring", "stats", "feeds")),
        ("teams", {"numpy", "scipy"}),  # intervals, and the simulation of seasons
        ("content", {"config.urls", "numpy"}),  # pages compare forecasters
        (schedule.QUEUE, {"cryptography.fernet"}),
    ],
)
def test_a_worker_imports_what_its_own_jobs_need_before_it_forks(queue, heavy):
    """Also across the fork: RQ's worker starts a new process for each job."""
    work = (
        "import django; django.setup()\n"
        "from core.pipeline.workers import SingleQueueWorker\n"
        "from rq.worker import Worker\n"
        "Worker.work = lambda self, *args, **options: True\n"  # no Redis here
        "worker = SingleQueueWorker.__new__(SingleQueueWorker)\n"
        f"worker.queue_names = lambda: [{queue!r}]\n"
        "worker.work(burst=True)"
    )
    assert imported_by(work) & (HEAVY | {"config.urls"}) == heavy


def test_the_web_process_imports_every_view_before_it_forks_and_opens_no_connection():
    loaded = imported_by(
        "import config.wsgi\n"
        "from django.db import connection\n"
        "assert connection.connection is None, 'workers would share it'"
    )

    assert {"config.urls", "content.pages.views", "stats.api.leaderboards", "matches.admin.matches"} <= loaded


def test_a_package_that_is_not_installed_is_left_out(monkeypatch):
    monkeypatch.setitem(registry._kinds, "odd", None)  # so that it is removed afterwards

    @registry.job(queue="odd", imports=("no_such_package.part",))
    def odd(*, run: JobRun) -> None: ...

    registry.import_for(["odd"])
    assert "no_such_package" not in sys.modules
