"""A database that is away is a 503 with Retry-After on every face, never a 500."""

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, OperationalError, connection
from django.test import Client
from django.urls import path

from config.urls import handler400, handler500, urlpatterns  # noqa: F401 - this module is a URLconf, too
from core.http.database_outage import RETRY_AFTER, is_outage
from tests.factories import new_key, oracle, upcoming_match

FAULTS = {
    "shutdown": psycopg.errors.AdminShutdown("terminating connection due to administrator command"),
    "crash": psycopg.errors.CrashShutdown("terminating connection because of crash"),
    "starting-up": psycopg.errors.CannotConnectNow("the database system is starting up"),
    "full": psycopg.errors.TooManyConnections("sorry, too many clients already"),
    "disk": psycopg.errors.DiskFull("could not extend file"),
    "refused": psycopg.OperationalError("connection failed: Connection refused"),
    "closed": psycopg.InterfaceError("the connection is closed"),
}


def broken(request, fault):
    raise OperationalError(str(FAULTS[fault])) from FAULTS[fault]


urlpatterns = [path("broken/<fault>/", broken), path("api/broken/<fault>/", broken), *urlpatterns]


def assert_unavailable(response, *, is_api: bool) -> None:
    assert response.status_code == 503, response.content[:300]
    assert response.headers["Retry-After"] == str(RETRY_AFTER)
    assert response.headers["Cache-Control"] == "no-store"
    if is_api:
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["status"] == 503
    else:
        assert "The database is not responding" in response.content.decode()


@pytest.fixture
def nowhere(transactional_db, monkeypatch):
    """New connections are refused, and there is no open one."""
    connection.close()
    with monkeypatch.context() as patched:
        patched.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        patched.setitem(connection.settings_dict, "PORT", 1)
        yield
    connection.close()


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/leaderboard/",
        "/matches/1/",
        "/status/",
        "/roundups/feed.atom",
        "/admin/",
        "/admin/matches/match/",
    ],
)
def test_pages(client, address, debug, nowhere, settings):
    settings.DEBUG = debug
    client.cookies["sessionid"] = "a" * 32

    assert_unavailable(client.get(address), is_api=False)


@pytest.mark.parametrize("address", ["leaderboard/", "leaderboard/?format=csv", "matches/1/", "status/"])
def test_the_api(client, address, nowhere):
    assert_unavailable(client.get(f"/api/v1/{address}"), is_api=True)


def test_one_warning_a_request_is_logged(client, nowhere, caplog):
    client.get("/api/v1/leaderboard/")

    assert [record.levelname for record in caplog.records if record.name.startswith("django")] == ["WARNING"]


def test_a_submission(client, transactional_db, monkeypatch):
    match, key = upcoming_match(), new_key(oracle())
    connection.close()
    with monkeypatch.context() as patched:
        patched.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        patched.setitem(connection.settings_dict, "PORT", 1)
        response = client.put(
            f"/api/v1/matches/{match.pk}/predictions/oracle/",
            {"score": {"home": 1, "away": 0}},
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )
    assert_unavailable(response, is_api=True)


def test_a_login(client, nowhere):
    assert_unavailable(client.post("/admin/login/", {"username": "ada", "password": "x"}), is_api=False)


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("prefix", ["", "api/"])
@pytest.mark.urls(__name__)
def test_each_way_to_be_away(client, fault, prefix):
    assert_unavailable(client.get(f"/{prefix}broken/{fault}/"), is_api=bool(prefix))


@pytest.mark.django_db(transaction=True)
def test_a_session_that_is_terminated_is_replaced_by_the_next_request(client):
    assert client.get("/leaderboard/").status_code == 200
    pid = connection.connection.info.backend_pid
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_terminate_backend(%s, 1000)", [pid])

    assert client.get("/admin/login/").status_code == 200
    assert client.get("/leaderboard/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_session_that_cannot_be_saved(client, monkeypatch):
    """The view has answered by then: it is a middleware that needs the database."""
    User.objects.create_superuser("ada", password="a long password")

    def refuse(*_, **__):
        raise OperationalError("gone") from FAULTS["shutdown"]

    client = Client(raise_request_exception=False)
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", refuse)
    response = client.post("/admin/login/", {"username": "ada", "password": "a long password"})
    assert_unavailable(response, is_api=False)


@pytest.mark.parametrize(
    "error", [IntegrityError("twice"), ValueError("no"), psycopg.errors.QueryCanceled("too slow")]
)
def test_other_faults_are_no_outage(error):
    assert not is_outage(error)
