"""Errors are problem+json: they name what is wrong, and what would be right."""

import pytest
from django.test import Client, override_settings
from django.urls import path

from config import urls as real_urls
from core.api import problems


def broken(request):
    raise RuntimeError("secret words")


urlpatterns = [path("api/broken/", broken), path("broken/", broken), *real_urls.urlpatterns]
handler400, handler500 = real_urls.handler400, real_urls.handler500

BIG = "9" * 25


def test_an_unknown_parameter_is_named_with_those_allowed(world, get):
    problem = get("leaderboard/?sesaon=3", status=400)

    assert (problem["title"], problem["status"], problem["instance"]) == (
        "Bad Request",
        400,
        "/api/v1/leaderboard/",
    )
    assert problem["errors"][0]["parameter"] == "sesaon"
    assert "season" in problem["errors"][0]["allowed"]
    assert "sesaon" in problem["detail"]


def test_every_wrong_parameter_is_named_at_once(world, get):
    problem = get("leaderboard/?kind=robot&page=0&x=1", status=400)

    assert {error["parameter"] for error in problem["errors"]} == {"kind", "page", "x"}


@pytest.mark.parametrize(
    ("query", "parameter", "allowed"),
    [
        ("leaderboard/?kind=robot", "kind", ["llm", "statistical", "bookmaker", "human"]),
        ("leaderboard/?ordering=luck", "ordering", None),
        ("leaderboard/?competition=nowhere", "competition", ["premier-league"]),
        ("leaderboard/?team=no%00team", "team", None),
        ("leaderboard/?team=%F0%9F%8F%86", "team", None),
        (f"leaderboard/?season={BIG}", "season", None),
        ("leaderboard/?season=-1", "season", None),
        ("leaderboard/?season=1.0", "season", None),
        ("leaderboard/?season=%D9%A3", "season", None),
        (f"leaderboard/?min_matches={BIG}", "min_matches", None),
        (f"leaderboard/?page={BIG}", "page", None),
        ("leaderboard/?page=last", "page", None),
        ("leaderboard/?page_size=201", "page_size", None),
        ("leaderboard/?kind=llm&kind=human", "kind", None),
        ("leaderboard/?format=xml", "format", ["csv", "json"]),
        ("leaderboard/?%00=1", "\0", None),
        ("matches/?status=finished,odd", "status", None),
        ("matches/?from=2016-02-30", "from", None),
        ("matches/?from=yesterday", "from", None),
        ("matches/?to=0001-01-01T00:00:00%2B14:00", "to", None),
        (f"roundups/?match={BIG}", "match", None),
        ("status/?verbose=1", "verbose", None),
        ("teams/ashford/?page=1", "page", None),
        ("teams/ashford/?format=csv", "format", ["json"]),
        ("?x=1", "x", None),
    ],
)
def test_a_bad_value_is_named(world, get, query, parameter, allowed):
    problem = get(query, status=400)

    (error,) = problem["errors"]
    assert error["parameter"] == parameter
    assert error["detail"]
    if allowed:
        assert error["allowed"] == allowed


@pytest.mark.parametrize(
    ("address", "parameter", "allowed"),
    [
        ("/api/schema/?x=1", "x", ["format"]),
        ("/api/schema/?version=%00", "version", ["format"]),
        ("/api/schema/?version=%0a", "version", ["format"]),
        ("/api/schema/?lang=de", "lang", ["format"]),
    ],
)
def test_the_schema_and_its_page_name_what_they_do_not_know(client, address, parameter, allowed):
    response = client.get(address)

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    (error,) = response.json()["errors"]
    assert (error["parameter"], error["allowed"]) == (parameter, allowed)


def test_a_range_is_said(world, get):
    assert "from 1 to 200" in get("teams/?page_size=0", status=400)["detail"]


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/nothing/",
        "/api/",
        "/api/v1/matches/abc/",
        f"/api/v1/matches/{BIG}/",
        "/api/v1/matches/-1/",
        f"/api/v1/matches/{BIG}/predictions/",
        "/api/v1/forecasters/nobody/",
        "/api/v1/forecasters/a%00b/",
        "/api/v1/teams/%0A/",
        f"/api/v1/roundups/{BIG}/",
    ],
)
@pytest.mark.parametrize("debug", [True, False])
def test_what_is_not_there_is_a_404_problem(world, client, address, debug, settings):
    settings.DEBUG = debug

    response = client.get(address)

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["instance"].startswith("/api/")


def test_a_forgotten_slash_is_added(db, client):
    assert client.get("/api/v1/teams?page=1")["Location"] == "/api/v1/teams/?page=1"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_is_read_only(world, client, method):
    response = getattr(client, method)("/api/v1/teams/")

    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"
    assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", ["v1/teams/?format=csv", "v1/teams/?page=x", "v1/status/", "schema/"])
@pytest.mark.parametrize("method", ["POST", "TRACE", "PROPFIND", "__INIT__"])
def test_another_method_is_refused_before_its_parameters_are_read(world, path, method):
    response = Client(enforce_csrf_checks=True).generic(method, f"/api/{path}")

    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")


def test_the_schema_has_no_form_with_a_token(client):
    assert "csrf" not in client.options("/api/schema/").content.decode().lower()


def test_whatever_is_done_to_an_unknown_path_it_is_not_there(db):
    response = Client(enforce_csrf_checks=True).post("/api/v1/nothing/")

    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_a_format_that_there_is_not_is_a_406(world, client):
    response = client.get("/api/v1/teams/", headers={"Accept": "image/png"})

    assert response.status_code == 406
    assert response["Content-Type"] == "application/problem+json"


def test_a_problem_is_json_even_where_csv_was_asked_for(world, client):
    response = client.get("/api/v1/teams/?format=csv&page=99")

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


@override_settings(ROOT_URLCONF=__name__)
def test_our_own_errors_keep_their_internals(db):
    client = Client(raise_request_exception=False)

    ours, page = client.get("/api/broken/"), client.get("/broken/")

    assert (ours.status_code, ours["Content-Type"]) == (500, "application/problem+json")
    assert b"secret" not in ours.content
    assert page["Content-Type"].startswith("text/html")


@override_settings(ALLOWED_HOSTS=["ours.example"])
def test_another_host_is_a_400_problem(db, client):
    response = client.get("/api/v1/teams", headers={"Host": "evil.example"})

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


def test_a_problem_has_the_documented_form(db, client):
    body = client.get("/api/v1/teams/?x=1").json()

    assert set(body) == set(problems.ProblemSerializer().fields) - {"code"}
    assert set(body["errors"][0]) == set(problems.ErrorSerializer().fields) - {"field"}
