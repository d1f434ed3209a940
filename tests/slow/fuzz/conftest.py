"""The hostile world, and an operator who looks at it."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client

from tests.slow.fuzz import strings
from tests.slow.fuzz.world import World, build


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Built once for a file, in a transaction that is rolled back: its tests only read.

    They have to be marked with `django_db`: pytest-django makes the test database for those alone.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        assert str(connection.settings_dict["NAME"]).startswith("test_")
        yield build(strings.FOR_READERS)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def small_world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """The same for files that are not about texts: a few matches of every kind."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert str(connection.settings_dict["NAME"]).startswith("test_")
        yield build(strings.FOR_READERS[:16])
        transaction.set_rollback(True)


@pytest.fixture
def operator(db) -> Client:
    """A browser in which a superuser is logged in."""
    client = Client()
    client.force_login(User.objects.create(username="ada", is_staff=True, is_superuser=True))
    return client


counts = pytest.StashKey[list[str]]()


@pytest.fixture
def tell(request) -> Callable[[str], None]:
    """Say a line at the very end of the test run."""
    lines = request.config.stash.setdefault(counts, [])
    return lines.append


def pytest_terminal_summary(terminalreporter, config) -> None:
    for line in config.stash.get(counts, []):
        terminalreporter.write_line(line)
