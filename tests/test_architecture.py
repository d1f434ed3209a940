"""What holds the project together, checked: imports, signals, docs, migrations, commands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models.signals import post_save

from content import receivers as _connects_content  # noqa: F401
from core.pipeline import registry
from matches.models import Competition, Endpoint, Forecaster, Match
from matches.signals import kickoff_moved, points_adjusted, predictions_submitted, season_closed
from scoring.signals import match_scored
from stats.signals import views_refreshed

ROOT = Path(__file__).resolve().parent.parent
OURS = ("core.pipeline", "matches", "scoring", "stats", "content")
SIGNALS = {
    "predictions_submitted": predictions_submitted,
    "kickoff_moved": kickoff_moved,
    "points_adjusted": points_adjusted,
    "match_scored": match_scored,
    "season_closed": season_closed,
    "views_refreshed": views_refreshed,
}


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def receivers_of(signal, sender=None) -> set[str]:
    live = signal._live_receivers(sender)[0]
    return {f"{each.__module__}.{each.__name__}" for each in live if each.__module__.split(".")[0] in OURS}


def table_rows(document: str, heading: str) -> list[list[str]]:
    section = document.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]


def test_imports_point_one_way():
    linter = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True
    )

    assert linter.returncode == 0, linter.stdout


def test_the_signal_table_in_the_docs_is_the_code():
    documented = {(row[0], row[3]) for row in table_rows(text("docs/pipeline.md"), "Signals")}

    connected = {(name, receiver) for name, signal in SIGNALS.items() for receiver in receivers_of(signal)}
    for model in (Match, Competition, Forecaster, Endpoint):
        name = f"post_save({model.__name__})"
        connected |= {(name, receiver) for receiver in receivers_of(post_save, model)}
    assert documented == connected


def test_the_job_table_in_the_docs_is_the_code():
    documented = {(row[0], row[1]) for row in table_rows(text("docs/pipeline.md"), "Jobs")}

    assert documented == {(name, registry.get(name).queue) for name in registry.names()}


def test_every_setting_from_the_environment_is_documented():
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', text("config/settings.py")))
    documented = set(re.findall(r"^\| `([A-Z_]+)`", text("docs/operations.md"), re.MULTILINE))

    assert read == documented


def test_every_command_of_ours_has_a_test():
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    commands = [path.stem for path in ROOT.glob("*/management/commands/*.py")]
    commands += [path.stem for path in ROOT.glob("core/pipeline/management/commands/*.py")]

    missing = [name for name in commands if name != "__init__" and f'"{name}"' not in tests]
    assert missing == []


def test_the_readme_names_only_commands_that_exist():
    commands = {path.stem for path in ROOT.rglob("management/commands/*.py")}
    named = set(re.findall(r"\./run manage (\w+)", text("README.md")))
    named |= set(re.findall(r"manage\.py (\w+)", text("docs/operations.md"))) - {"migrate", "collectstatic"}

    assert named <= commands


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("app", [app.split(".")[-1] for app in OURS])
def test_migrations_say_what_they_do(app):
    folder = Path(apps.get_app_config(app).path) / "migrations"

    assert [path.stem for path in folder.glob("0*.py") if re.search(r"initial|auto", path.stem)] == []


@pytest.mark.django_db(transaction=True)
def test_every_migration_of_ours_can_be_taken_back_and_done_again():
    for app, target in (("content", "zero"), ("stats", "zero"), ("scoring", "zero"), ("matches", "0001")):
        call_command("migrate", app, target, verbosity=0)

    call_command("migrate", verbosity=0)


def test_compose_file_fits_the_compose_schema():
    check = [
        Path(sys.executable).with_name("check-jsonschema"),
        "--builtin-schema",
        "vendor.compose-spec",
        "compose.yaml",
    ]

    assert subprocess.run(check, cwd=ROOT, capture_output=True).returncode == 0


def test_every_dependency_is_pinned_and_says_what_it_is_for():
    extras = ("requirements-llm.txt", "requirements-dev.txt", "tools/demo/requirements.txt")
    for name in ("requirements.txt", *extras):
        for line in text(name).splitlines():
            if line and not line.startswith(("#", "-r ")):
                assert re.match(r"^[\w.\[\]-]+==\S+.*# .{8,}", line), f"{name}: {line}"


def test_the_demo_is_mentioned_by_no_app():
    for app in ("matches", "scoring", "stats", "content", "core/pipeline"):
        for path in (ROOT / app).rglob("*.py"):
            assert "tools.demo" not in path.read_text(encoding="utf-8"), path
