"""The bad day as a test: bounded in every run, as long as you like with `./run test --chaos`."""

import subprocess
import sys

import pytest

from tools.servers.paths import CHECKOUT

pytestmark = pytest.mark.processes

BOUNDED = ["--matches", "110", "--seconds", "36", "--seed", "7"]
LIMIT = 180  # seconds that the bounded form may take in all


def test_on_a_bad_day_nothing_is_lost_and_nothing_happens_twice(pytestconfig, capsys):
    command = [sys.executable, "-m", "tests.slow.chaos"]
    if pytestconfig.getoption("--chaos"):
        seed = pytestconfig.getoption("--chaos-seed")
        chosen = ["--seed", str(seed)] if seed is not None else []
        with capsys.disabled():
            day = subprocess.run([*command, *chosen], cwd=CHECKOUT)
        assert day.returncode == 0, "the account above says what went wrong"
    else:
        day = subprocess.run(
            [*command, *BOUNDED], cwd=CHECKOUT, timeout=LIMIT, capture_output=True, text=True
        )
        assert day.returncode == 0, f"{day.stdout}\n{day.stderr[-3000:]}"
