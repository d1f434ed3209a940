"""What holds the project together, checked: imports, signals, docs, migrations, commands."""

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models.signals import post_save

from content import receivers as _connects_content  # noqa: F401
from core.pipeline import registry
from matches.feeds.providers import FEEDS
from matches.models import Competition, Endpoint, Forecaster, Match
from matches.signals import (
    fixtures_changed,
    kickoff_moved,
    points_adjusted,
    predictions_submitted,
    season_closed,
    team_matches_moved,
)
from scoring.signals import match_scored
from stats.signals import views_refreshed

ROOT = Path(__file__).resolve().parent.parent
OURS = ("core.pipeline", "matches", "scoring", "stats", "content")
SIGNALS = {
    "predictions_submitted": predictions_submitted,
    "kickoff_moved": kickoff_moved,
    "points_adjusted": points_adjusted,
    "fixtures_changed": fixtures_changed,
    "team_matches_moved": team_matches_moved,
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
    read |= {feed.url_variable for feed in FEEDS.values()}
    read |= {feed.token_variable for feed in FEEDS.values() if feed.token_header}
    documented = set(re.findall(r"^\| `([A-Z_]+)`", text("docs/operations.md"), re.MULTILINE))

    assert read == documented


def test_groups_of_statuses_are_written_in_one_place():
    """SQL uses the lists of matches/statuses.py by name, not as literals."""
    group = re.compile(r"""\b(?:m\.)?status (?:NOT )?IN \('""")
    files = [*sources(), *ROOT.glob("*/sql/*.sql")]

    assert [path.name for path in files if group.search(path.read_text(encoding="utf-8"))] == []


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
def test_no_migration_is_missing(capsys):
    call_command("makemigrations", "--check", "--dry-run", verbosity=1)

    assert capsys.readouterr().out == "No changes detected\n"


@pytest.mark.parametrize("app", [app.split(".")[-1] for app in OURS])
def test_an_app_has_one_initial_migration_and_the_later_ones_say_what_they_do(app):
    folder = Path(apps.get_app_config(app).path) / "migrations"
    first, *later = sorted(path.stem for path in folder.glob("0*.py")) or ["0001_initial"]

    assert first == "0001_initial"
    assert [name for name in later if re.search(r"initial|auto", name)] == []


@pytest.mark.django_db(transaction=True)
def test_every_migration_of_ours_can_be_taken_back_and_done_again():
    for app in ("content", "stats", "scoring", "matches", "pipeline", "access"):
        call_command("migrate", app, "zero", verbosity=0)

    call_command("migrate", verbosity=0)
    assert Match.objects.count() == 0


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


# --- The layout -------------------------------------------------------------------------------------------

MOST_MODULES = 14
# Names with one meaning in every Django project, and `jobs`, which has one in every app of this project.
CONVENTIONAL = {
    "__init__",
    "admin",
    "apps",
    "checks",
    "forms",
    "jobs",
    "models",
    "receivers",
    "signals",
    "urls",
    "views",
}
# Django and the standard tools look for these names.
FREE_CLASS_NAMES = {"Command", "Meta", "Migration"}


def sources() -> list[Path]:
    """All Python files of the project's packages, relative to its root, without tests and migrations."""
    packages = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
    paths = (path.relative_to(ROOT) for package in packages for path in package.rglob("*.py"))
    return sorted(path for path in paths if "migrations" not in path.parts)


def layers() -> list[str]:
    """The modules and packages that the first contract of import-linter names."""
    contract = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]
    return [name.strip() for layer in contract["layers"] for name in re.split(r"[|:]", layer)]


def test_every_module_is_in_a_layer():
    placed = tuple(layers())
    modules = [".".join(path.with_suffix("").parts) for path in sources()]

    outside = [each for each in modules if not any(f"{each}.".startswith(f"{name}.") for name in placed)]
    assert outside == ["config.__init__"]


def test_no_package_has_more_than_fourteen_modules():
    folders = Counter(path.parent.as_posix() for path in sources() if path.stem != "__init__")

    assert {name: count for name, count in folders.items() if count > MOST_MODULES} == {}


def test_no_file_name_occurs_three_times():
    names = Counter(path.stem for path in sources())

    assert {name for name, count in names.items() if count > 2} - CONVENTIONAL == set()


def test_no_public_class_name_occurs_twice():
    found = Counter(
        node.name
        for path in sources()
        for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )

    assert {name for name, count in found.items() if count > 1} - FREE_CLASS_NAMES == set()


def test_the_tests_mirror_the_tree():
    folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}
    strangers = [
        folder.as_posix()
        for folder in folders
        if folder.parts and folder.parts[0] != "slow" and not (ROOT / folder).is_dir()
    ]

    assert strangers == []


def test_every_test_asserts_something():
    """An assert, a context manager that fails, or a helper whose name says that it checks."""
    checks = re.compile(r"raises|fail|assert|check|django_assert_num_queries|django_assert_max_num_queries")
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for test in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
                called = (node.func for node in ast.walk(test) if isinstance(node, ast.Call))
                names = (getattr(each, "attr", None) or getattr(each, "id", "") for each in called)
                is_checked = any(isinstance(node, ast.Assert) for node in ast.walk(test))
                assert is_checked or any(map(checks.match, names)), f"{path}: {test.name} asserts nothing"


def test_no_app_mentions_the_tools():
    for path in sources():
        if path.parts[0] not in ("tools", "config"):
            assert not re.search(r"\btools[./](demo|bench|servers|processes)\b", text(path.as_posix())), path


def test_the_docs_name_only_files_that_exist():
    pages = [path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")) if path.name != "CHANGELOG.md"]
    named = re.compile(r"`([\w./-]+/[\w.-]+\.(?:py|sql|html|toml|yaml|md|txt))`")

    missing = [
        (page.relative_to(ROOT).as_posix(), name)
        for page in pages
        for name in named.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / name).exists() and not (page.parent / name).exists()
    ]
    assert missing == []
