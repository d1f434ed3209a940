"""Fixtures for every test. Servers come from `./run test`, or from DATABASE_URL and REDIS_URL."""

import django_rq
import pytest
from django.conf import settings


@pytest.fixture
def redis_queues():
    """Empty queues on a real Redis, emptied again afterwards."""
    connection = django_rq.get_connection("scoring")
    connection.flushdb()
    yield {name: django_rq.get_queue(name) for name in settings.RQ_QUEUES}
    connection.flushdb()
