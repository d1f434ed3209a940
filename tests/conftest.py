"""Fixtures for every test. Servers come from `./run test`, or from DATABASE_URL and REDIS_URL."""

from datetime import timedelta

import django_rq
import pytest
from django.conf import settings
from django.db import connection


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("chaos", "a bad day on purpose (tests/chaos)")
    group.addoption("--chaos", action="store_true", help="the long chaos run, and no other test")
    group.addoption("--chaos-seed", type=int, help="repeat the plan of an earlier run (with --chaos)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`./run test --chaos` is about the chaos alone."""
    if config.getoption("--chaos"):
        others = [item for item in items if "tests/chaos/" not in item.nodeid]
        items[:] = [item for item in items if item not in others]
        config.hook.pytest_deselected(items=others)


@pytest.fixture(autouse=True)
def _busy_machine(monkeypatch):
    """A refresh that takes long because much else runs gives the boards of teams no beat of their own."""
    from stats import beat

    monkeypatch.setattr(beat, "QUICK", timedelta(seconds=9))


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
    from tests.pages.browser import chromium, require_chromium

    require_chromium()
    with chromium() as opened:
        yield opened


@pytest.fixture
def clean_views(django_db_setup, django_db_blocker):
    """Afterwards the views are as empty as the tables: flushing does not reach them."""
    from stats import matviews

    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for view in matviews.IN_ORDER:
            cursor.execute(f"REFRESH MATERIALIZED VIEW {view}")
