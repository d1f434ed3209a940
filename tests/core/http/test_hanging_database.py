"""A PostgreSQL that takes connections and never says a word."""

import socket
import time

import pytest
from django.db import OperationalError, connection


@pytest.mark.django_db
def test_who_connects_gives_up_within_seconds():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        other = connection.copy()
        other.settings_dict = {**other.settings_dict, "HOST": "127.0.0.1", "PORT": silent.getsockname()[1]}
        began = time.monotonic()
        with pytest.raises(OperationalError, match="timeout"):
            other.ensure_connection()
    assert time.monotonic() - began < 7
