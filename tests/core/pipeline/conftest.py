"""A job kind for tests of the ledger, registered like any other."""

import pytest

from core.pipeline import registry
from tests.fixtures.admin import failed_run as failed_run
from tests.fixtures.admin import match as match
from tests.fixtures.admin import operator as operator
from tests.fixtures.admin import redis_is_down as redis_is_down
from tests.fixtures.admin import staff as staff
from tests.fixtures.admin import superuser as superuser
from tests.fixtures.operations import fresh_answers as fresh_answers

CALLS: list[int] = []


@pytest.fixture(autouse=True)
def calls():
    """Keys that the `note` job was run for, in order."""
    CALLS.clear()
    return CALLS


@pytest.fixture(autouse=True)
def _note_kind():
    @registry.job(queue="scoring")
    def note(*, run):
        CALLS.append(run.key)

    yield
    del registry._kinds["note"]


@pytest.fixture
def short_jobs(settings) -> None:
    """Two seconds a job."""
    settings.JOB_TIMEOUT = 2
    settings.RQ_QUEUES = {name: {**queue, "DEFAULT_TIMEOUT": 2} for name, queue in settings.RQ_QUEUES.items()}
