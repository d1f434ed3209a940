"""Fixtures for every test. Servers come from `./run test`, or from DATABASE_URL and REDIS_URL."""

import os
from pathlib import Path

import django_rq
import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import blocking_manager_key

from stats.refresh import matviews
from tests import database_template, example_counts, quick_flush

SLOW = Path(__file__).parent / "slow"
LONGEST = ("test_chaos", "test_whole_season", "test_schema_fuzz", "test_match_to_roundup", "test_in_browser")

# Superusers are made by the hundred here, and none is worth a second of hashing.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="also run tests/slow")
    group = parser.getgroup("chaos", "a bad day on purpose (tests/slow/chaos)")
    group.addoption("--chaos", action="store_true", help="the long chaos run, and no other test")
    group.addoption("--chaos-seed", type=int, help="repeat the plan of an earlier run (with --chaos)")


def pytest_configure(config: pytest.Config) -> None:
    example_counts.is_quick = not (config.getoption("--all") or os.environ.get("CI"))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out tests/slow unless `--all` or `--chaos` is given, or an argument names a path in it."""
    is_wanted = config.getoption("--all") or config.getoption("--chaos") or "slow" in " ".join(config.args)
    return True if collection_path == SLOW and not is_wanted else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`./run test --chaos` is about the chaos alone. Else the files that take long come first.

    Where several processes share the files, the last one should not be the longest.
    """
    items.sort(key=lambda item: (not item.path.name.startswith(LONGEST), SLOW not in item.path.parents))
    if config.getoption("--chaos"):
        others = [item for item in items if "tests/slow/chaos/" not in item.nodeid]
        items[:] = [item for item in items if item not in others]
        config.hook.pytest_deselected(items=others)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    return database_template.is_kept()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings) -> None:
    """Create the test database from the template, before migrations are run on it."""
    if database_template.is_kept():
        connection.settings_dict["TEST"]["NAME"] = database_template.TEST_DATABASE
        database_template.restore()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Save the template. At the end, disconnect threads: else Django could not drop the database."""
    quick_flush.install()
    if database_template.is_kept():
        with django_db_blocker.unblock():
            connection.close()
            database_template.save()
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None):
    """After a test that commits, the views are as empty as the tables: flushing does not reach them.

    A hook: the tables are flushed after all fixtures of ours. After the last test the database is gone.
    """
    result = yield
    if nextitem is not None and _commits(item):
        with item.config.stash[blocking_manager_key].unblock(), connection.cursor() as cursor:
            for view in matviews.LEADERBOARD:
                cursor.execute(f"SELECT EXISTS (SELECT FROM {view})")
                if cursor.fetchone()[0]:
                    cursor.execute(f"REFRESH MATERIALIZED VIEW {view}")
    return result


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        return True
    return not {"transactional_db", "live_server"}.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture
def redis_queues():
    """Empty queues on a real Redis, emptied again afterwards."""
    connection = django_rq.get_connection("scoring")
    connection.flushdb()
    yield {name: django_rq.get_queue(name) for name in settings.RQ_QUEUES}
    connection.flushdb()


@pytest.fixture(scope="module")
def browser():
    """One chromium for the tests of a module; skips where there is none."""
    from tests.browser import chromium, require_chromium

    require_chromium()
    with chromium() as opened:
        yield opened
