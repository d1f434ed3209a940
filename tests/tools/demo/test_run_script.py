"""`run` before there is any .venv: it finds a Python, or says in one line what to install."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.servers.paths import CHECKOUT

TOOLS = ("cat", "cksum", "dirname", "mkdir", "chmod", "sh")

# Stands for an installed Python. It notes how it was called; `-m venv` makes a .venv with a copy of itself.
FAKE_PYTHON = """#!/bin/sh
echo "$*" >>{notes}
case "$*" in
    "-c import ensurepip"*) {ensurepip} ;;
    "-c import virtualenv"* | *pip.__version__*) exit 1 ;;
    "-m venv"*) mkdir -p .venv/bin; cat "$0" >.venv/bin/python; chmod +x .venv/bin/python ;;
    "-m pip"*) {pip} ;;
esac
exit 0
"""


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A copy of what `run` needs, without .venv, in a folder with a space in its name."""
    folder = tmp_path / "final whistle"
    (folder / "tools" / "demo").mkdir(parents=True)
    requirements = ("requirements.txt", "requirements-llm.txt", "requirements-dev.txt")
    for name in ("run", *requirements, "tools/demo/requirements.txt"):
        shutil.copy(CHECKOUT / name, folder / name)
    return folder


@pytest.fixture
def bin_folder(tmp_path) -> Path:
    """All the programs there are: a few tools of the system, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(shutil.which(name))
    return folder


@pytest.fixture
def fake_python(tmp_path, bin_folder):
    def make(name: str = "python3", *, ensurepip: str = "exit 0", pip: str = "exit 0") -> Path:
        notes = tmp_path / "notes"
        program = bin_folder / name
        program.write_text(FAKE_PYTHON.format(notes=f"'{notes}'", ensurepip=ensurepip, pip=pip))
        program.chmod(0o755)
        return notes

    return make


def run(checkout: Path, bin_folder: Path, *arguments: str, cwd: str = "/") -> subprocess.CompletedProcess:
    """With nothing in the environment but PATH: no HOME, no LANG."""
    command = ["/bin/sh", str(checkout / "run"), *arguments]
    return subprocess.run(
        command, cwd=cwd, env={"PATH": str(bin_folder)}, capture_output=True, text=True, timeout=30
    )


def installs(notes: Path) -> list[str]:
    return [
        line.partition("--no-input ")[2] for line in notes.read_text().splitlines() if "pip install" in line
    ]


@pytest.mark.parametrize("arguments", [(), ("help",), ("--help",)])
def test_help_needs_nothing(checkout, bin_folder, arguments):
    answer = run(checkout, bin_folder, *arguments)

    assert answer.returncode == 0
    assert "demo [--exit] [--json] [--reset]" in answer.stdout
    assert not (checkout / ".venv").exists()


def test_an_unknown_command_is_a_usage_error(checkout, bin_folder):
    answer = run(checkout, bin_folder, "fly")

    assert answer.returncode == 2
    assert "unknown command 'fly'" in answer.stderr
    assert answer.stdout == ""


def test_without_python_it_says_what_to_install(checkout, bin_folder):
    answer = run(checkout, bin_folder, "demo")

    assert answer.returncode == 1
    assert answer.stderr.splitlines()[-1] == (
        "Python 3.11 or newer is missing. On Debian or Ubuntu: apt install python3 python3-venv"
    )


def test_without_the_venv_module_it_says_what_to_install(checkout, bin_folder, fake_python):
    fake_python(ensurepip="exit 1")

    answer = run(checkout, bin_folder, "demo")

    assert answer.returncode == 1
    assert answer.stderr.splitlines()[-1] == (
        "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv"
    )


def test_the_demo_installs_no_test_tools(checkout, bin_folder, fake_python):
    notes = fake_python("python3.12")

    answer = run(checkout, bin_folder, "demo", "--exit")

    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == "Installing into .venv (first time only) ...\n"
    assert installs(notes) == ["-r requirements.txt -r tools/demo/requirements.txt"]
    assert notes.read_text().splitlines()[-1] == "-m tools.demo demo --exit"


def test_tests_install_everything_and_the_demo_is_content_with_that(checkout, bin_folder, fake_python):
    notes = fake_python()

    run(checkout, bin_folder, "test", "-k", "two words")
    run(checkout, bin_folder, "demo")

    assert installs(notes) == ["-r requirements-dev.txt"]
    assert "-m tools.demo test -k two words" in notes.read_text()


def test_it_installs_once_and_again_when_a_pin_changes(checkout, bin_folder, fake_python):
    notes = fake_python()
    for _ in range(2):
        run(checkout, bin_folder, "up")
    assert len(installs(notes)) == 1

    with (checkout / "tools/demo/requirements.txt").open("a") as file:
        file.write("# another pin\n")
    run(checkout, bin_folder, "up")

    assert len(installs(notes)) == 2


def test_a_half_made_venv_is_completed_the_next_time(checkout, bin_folder, fake_python):
    fake_python(pip="echo 'no matching distribution' >&2; exit 1")
    failed = run(checkout, bin_folder, "demo")
    assert failed.returncode == 1
    assert "no matching distribution" in failed.stderr  # the cause is not swallowed
    assert "could not be installed" in failed.stderr

    shutil.rmtree(checkout / ".venv")
    (checkout / ".venv").mkdir()  # as after a Ctrl-C in the middle of it
    notes = fake_python()

    assert run(checkout, bin_folder, "demo").returncode == 0
    assert notes.read_text().splitlines()[-1] == "-m tools.demo demo"


def test_it_uses_uv_where_python_has_no_venv(checkout, bin_folder, tmp_path):
    notes = tmp_path / "uv-notes"
    python = '#!/bin/sh\n[ "$*" != "-c import pip" ]\n'
    (bin_folder / "uv").write_text(
        f"#!/bin/sh\necho \"$*\" >>'{notes}'\n"
        f"[ $1 = venv ] || exit 0\nmkdir -p .venv/bin\ncat >.venv/bin/python <<'X'\n{python}X\n"
        "chmod +x .venv/bin/python\n"
    )
    (bin_folder / "uv").chmod(0o755)

    answer = run(checkout, bin_folder, "demo")

    assert answer.returncode == 0, answer.stderr
    assert notes.read_text().splitlines()[-1].endswith("-r requirements.txt -r tools/demo/requirements.txt")


def test_a_folder_that_cannot_be_written_is_named(checkout, bin_folder, fake_python):
    fake_python()
    (checkout / ".venv").write_text("in the way, for root too")

    answer = run(checkout, bin_folder, "demo")

    assert answer.returncode == 1
    assert answer.stderr.strip() == f"Cannot write to {checkout}: copy the project to a folder of your own."


def test_it_names_no_package_registry_and_can_be_executed():
    assert "://" not in (CHECKOUT / "run").read_text()
    assert os.access(CHECKOUT / "run", os.X_OK)
