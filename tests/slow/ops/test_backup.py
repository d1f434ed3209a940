"""Back from a backup: the commands of docs/operations.md, run as they stand there."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from content.models import Roundup
from core.pipeline import ledger
from core.pipeline.models import JobRun
from matches.models import Match, Prediction
from scoring.models import Settlement
from stats.leaderboards import Board, leaderboard
from tests.crew import database_url
from tests.factories import MatchFactory, coin, homer, oracle, predict, record
from tests.pipeline_helpers import run_waiting
from tools.servers.postgres import find_binaries

ROOT = Path(settings.BASE_DIR)
# What redis-cli would do, for machines that have the server only.
REDIS_CLI = """#!{python}
import sys, redis
_, option, url, command = sys.argv
assert option == "-u"
print(redis.Redis.from_url(url).execute_command(command))
"""
# By name: PostgreSQL writes some expressions in another form when it has read them from a dump.
CATALOGUE = {
    "triggers": "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger"
    " WHERE NOT tgisinternal",
    "constraints": "SELECT conrelid::regclass::text, conname, convalidated FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT indexrelid::regclass::text, indisunique, indisvalid FROM pg_index"
    " WHERE indexrelid::regclass::text NOT LIKE 'pg_%'",
    "views": "SELECT viewname FROM pg_views WHERE schemaname = 'public'",
    "materialised views": "SELECT matviewname, ispopulated FROM pg_matviews",
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
}


def commands() -> list[str]:
    """The indented lines of the chapter, in their order."""
    chapter = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").split("\n## Backups\n")[1]
    return re.findall(r"^ {4}(\S.*)$", chapter.split("\n## ")[0], re.MULTILINE)


def predicted_match() -> Match:
    match = MatchFactory()
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(match, homer(), (1, 0))
    predict(match, coin(), (1, 1), (1 / 3, 1 / 3, 1 / 3))
    return match


@pytest.fixture
def half_way(redis_queues, transactional_db) -> dict[str, Match]:
    """One match on each step of the way, an hour ago, when everything stopped."""
    matches = {name: predicted_match() for name in ("corrected", "counted", "queued", "running")}
    record(matches["corrected"], 1, 1)
    run_waiting()
    record(matches["corrected"], 2, 1)
    run_waiting()
    record(matches["counted"], 2, 1)
    run_waiting("score_match", "refresh_views")
    record(matches["queued"], 2, 1)
    record(matches["running"], 2, 1)
    at_work = JobRun.objects.get(kind="score_match", key=str(matches["running"].pk))
    assert ledger.claim(at_work.pk, now=timezone.now())
    an_hour_passes()
    waits = ledger.open_runs().order_by("pk")
    assert list(waits.values_list("kind", "key", "state")) == [
        ("write_roundup", str(matches["counted"].pk), "queued"),
        ("score_match", str(matches["queued"].pk), "queued"),
        ("score_match", str(matches["running"].pk), "running"),
    ]
    return matches


def an_hour_passes() -> None:
    times = ("created_at", "due_at", "pushed_at", "lease_until", "started_at", "finished_at")
    with connection.cursor() as cursor:
        moved = ", ".join(f"{name} = {name} - interval '1 hour'" for name in times)
        cursor.execute(f"UPDATE pipeline_jobrun SET {moved}")


@pytest.fixture
def shell(tmp_path, redis_queues):
    """Run a line of the document, as its reader would, in an empty folder with the programs at hand."""
    programs = tmp_path / "bin"
    programs.mkdir()
    if not shutil.which("redis-cli"):
        (programs / "redis-cli").write_text(REDIS_CLI.format(python=sys.executable))
        (programs / "redis-cli").chmod(0o755)
    path = os.pathsep.join(
        [str(Path(sys.executable).parent), str(programs), str(find_binaries()), os.environ["PATH"]]
    )
    shutil.copy(ROOT / "manage.py", tmp_path)
    settled = {"PATH": path, "DEBUG": "true", "REDIS_URL": settings.REDIS_URL, "PYTHONPATH": str(ROOT)}

    def run(line: str) -> None:
        environ = {**os.environ, **settled, "DATABASE_URL": database_url()}
        ran = subprocess.run(
            ["sh", "-c", line], cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=120
        )
        assert ran.returncode == 0, f"{line}\n{ran.stdout}{ran.stderr}"

    return run


@contextmanager
def new_database() -> Iterator[None]:
    """An empty database beside the tests' own; while in here, ours is that one."""
    old, new = connection.settings_dict["NAME"], f"{connection.settings_dict['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{new}"')
        cursor.execute(f'CREATE DATABASE "{new}" TEMPLATE template0')
    connection.close()
    connection.settings_dict["NAME"] = new
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = old
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{new}" WITH (FORCE)')


def catalogue() -> dict[str, list[tuple[object, ...]]]:
    found = {}
    with connection.cursor() as cursor:
        for name, query in CATALOGUE.items():
            cursor.execute(query)
            found[name] = sorted(cursor.fetchall())
    return found


def boards() -> list[tuple[object, ...]]:
    return [(row.forecaster.name, row.matches, row.points, row.rps) for row in leaderboard(Board())]


@pytest.mark.processes
def test_everything_under_way_ends_well_in_a_restored_database(half_way, shell, redis_queues):
    dump, *restore = commands()
    assert dump.startswith("pg_dump ")
    assert [line.split()[0] for line in restore] == ["pg_restore", "redis-cli", "python", "python"]
    before = catalogue(), boards()
    newest = Match.objects.latest("pk").pk

    shell(dump)
    with new_database():
        for line in restore:
            shell(line)

        assert (catalogue(), boards()) == before
        assert all(populated for _, populated in catalogue()["materialised views"])
        assert doorbell_rang_for(half_way, redis_queues)
        run_waiting()
        assert_all_went_all_the_way(half_way)
        assert MatchFactory().pk > newest, "sequences go on where they were"
        with pytest.raises(DatabaseError, match="lock"):
            Prediction.objects.filter(match=half_way["corrected"]).update(home_goals=9)


def doorbell_rang_for(matches: dict[str, Match], queues) -> bool:
    """The one reconcile_jobs of the procedure put back into Redis what it had lost."""
    lost = JobRun.objects.get(kind="score_match", key=str(matches["running"].pk))
    assert (lost.state, lost.attempt) == ("queued", 1)
    assert "WorkerLost" in lost.error
    unheard = Q(pushed_at__isnull=True) | Q(pushed_at__lt=timezone.now() - timedelta(minutes=1))
    assert not JobRun.objects.filter(unheard, state="queued").exists()
    return bool(queues["scoring"].count) and bool(queues["content"].count)


def assert_all_went_all_the_way(matches: dict[str, Match]) -> None:
    for match in matches.values():
        settlement = Settlement.objects.get(match=match, superseded_at__isnull=True)
        told = Roundup.objects.get(match=match, status="published")
        assert settlement.folded_at is not None
        assert told.settlement_id == settlement.pk
    assert [row[:3] for row in boards()] == [("The Oracle", 4, 24), ("The Homer", 4, 12), ("The Coin", 4, 0)]
    assert not ledger.is_busy()
    assert not JobRun.objects.filter(state=JobRun.State.FAILED).exists()
    call_command("rebuild_tallies", "--check")
