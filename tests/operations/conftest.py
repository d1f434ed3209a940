"""Servers that are away or hang, and probes that a machine would send."""

import socket
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client

from ops.health import middleware

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def fresh_answers() -> Iterator[None]:
    """No test sees what another one found out about readiness."""
    middleware._recent.forget()
    yield
    middleware._recent.forget()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield server.getsockname()[1]


@pytest.fixture
def database_at(monkeypatch) -> Callable[[int], None]:
    """Let new connections to the database go to another port; those that are open stay."""

    def move(port: int) -> None:
        monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connection.settings_dict, "PORT", port)

    return move


@pytest.fixture
def redis_away(settings) -> None:
    settings.REDIS_URL = NOWHERE
    settings.RQ_QUEUES = {name: {**queue, "URL": NOWHERE} for name, queue in settings.RQ_QUEUES.items()}


@pytest.fixture
def balancer() -> Client:
    """A load balancer: it knows our address, not our name."""
    return Client(HTTP_HOST="10.1.2.3:8000", REMOTE_ADDR="10.1.2.1")
