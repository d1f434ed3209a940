"""Running a command as a shell would: its answer, its complaint, its exit code."""

import io
import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.factories import MatchFactory, coin, homer, oracle, predict


@dataclass
class Ran:
    """What a command said on stdout, what it complained of, and its exit code."""

    said: str
    complaint: str
    code: int

    @property
    def json(self) -> Any:
        """Stdout as JSON: it must be exactly one document."""
        return json.loads(self.said)


@pytest.fixture
def manage():
    """`manage("record_result", "42", "2-1")`; without the process, with the same exit code."""

    def run(*words: str) -> Ran:
        stdout = io.StringIO()
        try:
            call_command(*words, stdout=stdout)
        except CommandError as error:
            return Ran(stdout.getvalue(), str(error), error.returncode)
        return Ran(stdout.getvalue(), "", 0)

    return run


@pytest.fixture
def match(db):
    """Ashford - Barrow with three predictions, not played yet."""
    match = MatchFactory()
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(match, homer(), (1, 0))
    predict(match, coin(), (1, 1), (1 / 3, 1 / 3, 1 / 3))
    return match
