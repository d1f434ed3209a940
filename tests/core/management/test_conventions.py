"""What holds for every command of ours."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

OURS = ("core.pipeline", "matches", "scoring", "stats", "content")
THEIRS = {"rqworker", "rqscheduler"}  # commands of django-rq, only made lighter
COMMANDS = sorted((name, app) for name, app in get_commands().items() if app in OURS and name not in THEIRS)
WRITES = {
    "record_result",
    "rescore",
    "rebuild_tallies",
    "rerun_roundup",
    "import_competition",
    "import_matches",
    "import_predictions",
    "poll_feed",
}


@pytest.mark.parametrize("name", [name for name, _ in COMMANDS])
def test_it_has_a_test_file(name):
    tests = Path(settings.BASE_DIR) / "tests"
    assert any(
        f'"{name}"' in path.read_text(encoding="utf-8")
        for path in tests.rglob("test_*.py")
        if path != Path(__file__)
    )


@pytest.mark.parametrize(("name", "app"), COMMANDS)
def test_it_answers_in_json_and_explains_itself(name, app):
    command = load_command_class(app, name)
    options = {
        option
        for action in command.create_parser("manage.py", name)._actions
        for option in action.option_strings
    }
    assert command.help
    assert "--json" in options
    if name in WRITES:
        assert "--dry-run" in options
