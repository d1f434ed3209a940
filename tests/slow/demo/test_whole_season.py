"""`./run demo --exit`, the whole of it: two real seasons through the real processes. Takes minutes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from matches.forecasters.statistical import BASELINES
from tools.servers.environment import free_port
from tools.servers.paths import CHECKOUT

PROJECT = CHECKOUT
MATCHES = 380


@pytest.fixture
def copy(tmp_path) -> Path:
    """The project as a clone would have it, so that a demo of the developer's own is left alone."""
    folder = tmp_path / "project"
    ours = shutil.ignore_patterns(".git", ".venv", ".local", ".*_cache", ".hypothesis", "__pycache__")
    shutil.copytree(PROJECT, folder, ignore=ours)
    yield folder
    if (note := folder / ".local" / "server-home").exists():
        shutil.rmtree(note.read_text(encoding="utf-8").strip())


@pytest.mark.processes
def test_every_match_of_the_season_goes_all_the_way(copy):
    demo = subprocess.run(
        [sys.executable, "-m", "tools.demo", "demo", "--exit", "--json"],
        cwd=copy,
        env={"PATH": os.environ["PATH"], "PORT": str(free_port())},
        capture_output=True,
        text=True,
        timeout=900,
    )

    assert demo.returncode == 0, demo.stderr[-4000:]
    summary = json.loads(demo.stdout.splitlines()[-1])
    assert summary["matches_finished"] == summary["settlements"] == summary["roundups"] == 2 * MATCHES
    assert summary["predictions"] == len(BASELINES) * MATCHES
    assert summary["failed_jobs"] == 0
    assert [row["rank"] for row in summary["leaderboard"]] == sorted(
        row["rank"] for row in summary["leaderboard"]
    )
    assert {row["matches"] for row in summary["leaderboard"]} == {MATCHES}
