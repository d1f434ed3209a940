"""/healthz/ and /readyz/: what a load balancer asks, and how soon it gets an answer."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from ops.health import dependencies

ALL_WELL = {"database": "ok", "migrations": "ok", "redis": "ok"}


def test_a_living_process_says_so_without_asking_anybody(balancer, redis_away):
    # No database mark: a query would fail this test.
    answer = balancer.get("/healthz/")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_names_each_dependency(balancer, redis_queues):
    answer = balancer.get("/readyz/")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "dependencies": ALL_WELL})


@pytest.mark.parametrize("path", ["/healthz/", "/readyz/", "/healthz", "/readyz"])
@pytest.mark.django_db
def test_a_probe_is_not_sent_to_https_nor_refused_for_its_host(balancer, path, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["whistle.example.org"]

    answer = balancer.get(path)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/healthz/", "/readyz/", "/metrics"])
def test_a_probe_only_looks(path):
    answer = Client(enforce_csrf_checks=True).post(path)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.django_db
def test_head_answers_without_a_body(balancer):
    answer = balancer.head("/readyz/")

    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.django_db
def test_without_redis_it_is_ready_and_says_that_redis_is_down(balancer, redis_away):
    answer = balancer.get("/readyz/")

    assert answer.status_code == 200
    assert answer.json()["dependencies"] == ALL_WELL | {"redis": "down"}


@pytest.mark.django_db
def test_without_a_database_it_is_not_ready_and_tells_no_secret(balancer, database_at):
    database_at(1)

    answer = balancer.get("/readyz/")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "not ready",
        "dependencies": ALL_WELL | {"database": "down", "migrations": "unknown"},
    }


@pytest.mark.django_db
def test_a_database_that_hangs_makes_it_not_ready_within_seconds(balancer, database_at, silent_port):
    database_at(silent_port)
    began = time.monotonic()

    answer = balancer.get("/readyz/")

    assert answer.status_code == 503
    assert time.monotonic() - began < dependencies.DATABASE_TIMEOUT + 1


@pytest.mark.django_db(transaction=True)
def test_a_table_that_somebody_holds_makes_it_not_ready_within_seconds(balancer):
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        answer = balancer.get("/readyz/")
        waited = time.monotonic() - began
        cursor.execute("ROLLBACK")

    assert answer.status_code == 503
    assert waited < dependencies.DATABASE_TIMEOUT + 1


@pytest.mark.django_db
def test_a_redis_that_hangs_delays_the_answer_by_a_second_only(balancer, settings, silent_port):
    settings.REDIS_URL = f"redis://127.0.0.1:{silent_port}/0"
    began = time.monotonic()

    answer = balancer.get("/readyz/")

    assert answer.json()["dependencies"]["redis"] == "down"
    assert time.monotonic() - began < dependencies.REDIS_TIMEOUT + 1


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_is_not_applied_makes_it_not_ready(balancer):
    with migrations_table("UPDATE django_migrations SET app = 'elsewhere' WHERE app = 'stats'"):
        answer = balancer.get("/readyz/")

    assert answer.status_code == 503
    assert answer.json()["dependencies"] == ALL_WELL | {"migrations": "pending"}


@pytest.mark.django_db(transaction=True)
def test_an_empty_database_makes_it_not_ready(balancer):
    with migrations_table("ALTER TABLE django_migrations RENAME TO elsewhere"):
        answer = balancer.get("/readyz/")

    assert answer.status_code == 503
    assert answer.json()["dependencies"] == ALL_WELL | {"migrations": "pending"}


@pytest.mark.django_db(transaction=True)
def test_a_database_ahead_of_the_program_is_fine(balancer):
    """While a new version is rolled out, the old one keeps serving."""
    newer = "INSERT INTO django_migrations (app, name, applied) VALUES ('elsewhere', '9999_newer', now())"
    with migrations_table(newer):
        answer = balancer.get("/readyz/")

    assert answer.status_code == 200


@pytest.mark.django_db
def test_a_flood_of_probes_costs_one_look(balancer, database_at):
    assert balancer.get("/readyz/").status_code == 200
    database_at(1)

    assert balancer.get("/readyz/").status_code == 200


@contextmanager
def migrations_table(change: str) -> Iterator[None]:
    """The table as the probe's own connection sees it, changed for a moment."""
    undo = {
        "UPDATE": "UPDATE django_migrations SET app = 'stats' WHERE app = 'elsewhere'",
        "ALTER": "ALTER TABLE elsewhere RENAME TO django_migrations",
        "INSERT": "DELETE FROM django_migrations WHERE app = 'elsewhere'",
    }
    with connection.cursor() as cursor:
        cursor.execute(change)
        try:
            yield
        finally:
            cursor.execute(undo[change.split()[0]])
