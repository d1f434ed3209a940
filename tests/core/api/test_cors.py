"""Web pages of other origins may read the API, without credentials, and do nothing else."""

import json

import pytest
from django.test import Client

from tests.factories import new_key, oracle, upcoming_match

ORIGIN = {"Origin": "https://fans.example"}
ALLOW, EXPOSE = "Access-Control-Allow-Origin", "Access-Control-Expose-Headers"


def preflight(client, path: str, method: str, headers: str = ""):
    asked = {**ORIGIN, "Access-Control-Request-Method": method}
    return client.options(
        path, headers=asked | ({"Access-Control-Request-Headers": headers} if headers else {})
    )


@pytest.mark.parametrize("method", ["get", "head"])
def test_every_origin_may_read_without_credentials(world, client, method):
    answer = getattr(client, method)("/api/v1/leaderboard/", headers=ORIGIN)

    assert answer.status_code == 200
    assert answer[ALLOW] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    exposed = {name.strip() for name in answer[EXPOSE].split(",")}
    assert {"ETag", "Link", "Retry-After", "X-RateLimit-Remaining", "RateLimit"} <= exposed


def test_answers_that_are_kept_for_everyone_have_the_headers_too(world, client, settings):
    for _ in range(2):
        assert client.get("/api/v1/teams/", headers=ORIGIN)[ALLOW] == "*"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/teams/?nonsense=1", 400),
        ("/api/v1/nothing/", 404),
        ("/api/v1/teams", 301),
        ("/api/v1/teams/?format=xml", 400),
        ("/api/v1/predictions/bulk/", 405),
    ],
)
def test_errors_and_redirects_have_the_headers(db, client, path, status):
    answer = client.get(path, headers=ORIGIN)

    assert (answer.status_code, answer[ALLOW]) == (status, "*")


def test_not_modified_has_the_headers(world, client):
    etag = client.get("/api/v1/teams/")["ETag"]

    answer = client.get("/api/v1/teams/", headers={**ORIGIN, "If-None-Match": etag})

    assert (answer.status_code, answer[ALLOW]) == (304, "*")


def test_too_many_requests_has_the_headers(db, client, settings):
    settings.API_READS_PER_MINUTE = 1
    answers = [client.get("/api/v1/teams/", headers=ORIGIN) for _ in range(3)]

    assert (answers[-1].status_code, answers[-1][ALLOW]) == (429, "*")
    assert "Retry-After" in answers[-1]


def test_a_request_for_another_host_and_a_server_error_have_the_headers(db, settings, monkeypatch):
    client = Client(raise_request_exception=False)
    assert client.get("/api/v1/teams/", headers={**ORIGIN, "Host": "elsewhere.example"})[ALLOW] == "*"

    def broken(*_: object) -> None:
        raise RuntimeError("Something nobody foresaw.")

    monkeypatch.setattr("core.api.schema.reverse", broken)
    answer = client.get("/api/v1/", headers=ORIGIN)
    assert (answer.status_code, answer[ALLOW]) == (500, "*")


@pytest.mark.parametrize("path", ["/api/v1/leaderboard/", "/api/v1/predictions/bulk/", "/api/v1/nothing/"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST", "DELETE"])
def test_a_preflight_allows_conditional_reads_and_nothing_else(client, path, method):
    answer = preflight(client, path, method, "if-none-match, authorization")

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer[ALLOW] == "*"
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD"
    allowed = {name.strip().lower() for name in answer["Access-Control-Allow-Headers"].split(",")}
    assert allowed == {"if-none-match", "if-modified-since"}
    assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize("method", ["put", "post", "options", "delete"])
def test_other_methods_are_not_shared_with_other_origins(db, client, method):
    match = upcoming_match()
    for path in ("/api/v1/teams/", f"/api/v1/matches/{match.pk}/predictions/{oracle().slug}/"):
        assert ALLOW not in getattr(client, method)(path, headers=ORIGIN)


def test_what_a_key_may_see_or_do_is_not_shared(db, client):
    headers = {**ORIGIN, "Authorization": f"Bearer {new_key()}"}
    path = f"/api/v1/matches/{upcoming_match().pk}/predictions/the-oracle/"

    assert ALLOW not in client.get("/api/v1/forecasters/the-oracle/predictions/", headers=headers)
    body = json.dumps({"home_goals": 1, "away_goals": 0})
    answer = client.put(path, body, content_type="application/json", headers=headers)
    assert answer.status_code == 201
    assert ALLOW not in answer


@pytest.mark.parametrize(
    "path", ["/", "/api/docs/", "/api/schema/", "/api/cron/update-stats/", "/admin/login/"]
)
def test_nothing_else_is_shared(db, client, path):
    assert ALLOW not in client.get(path, headers=ORIGIN)
    assert ALLOW not in preflight(client, path, "GET")
