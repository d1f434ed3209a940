"""Compression of public responses, and none of those that could contain a secret."""

import gzip
import http.client
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from core.http import page_cache
from core.http.compression import accepts_gzip, compression_middleware
from tests.factories import MatchFactory, coin, oracle, predict, record

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
PUBLIC = [
    "/",
    "/leaderboard/",
    "/api/v1/",
    "/api/v1/matches/?format=csv",
    "/roundups/feed.atom",
    "/corrections/feed.atom",
    "/api/schema/",
]


@pytest.fixture(autouse=True)
def an_empty_cache():
    page_cache.cache.clear()


@pytest.fixture
def forecasters(db):
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    predict(match, coin(), (1, 1))
    record(match, 2, 1)


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_response_is_compressed_to_the_same_content(path, forecasters, client, time_machine):
    time_machine.move_to("2026-03-01T12:00Z", tick=False)
    plain = client.get(path)
    packed = client.get(path, headers=GZIP)

    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)
    assert "Accept-Encoding" in plain["Vary"]
    assert "Accept-Encoding" in packed["Vary"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip", True),
        ("GZIP;q=0.5", True),
        ("br, gzip;q=0.8, *;q=0.1", True),
        ("*", True),
        ("identity;q=0.5, gzip;q=0.5", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000, *", False),
        ("*;q=0", False),
        ("identity, gzip;q=0.5", False),
        ("gzip;q=often", False),
        ("x-gzipped", False),
    ],
)
def test_weights_of_accept_encoding_are_respected(header, expected):
    request = RequestFactory().get("/", headers={"Accept-Encoding": header})

    assert accepts_gzip(request) is expected


def test_pages_with_a_csrf_token_or_a_session_are_not_compressed(client, db):
    superuser = User.objects.create_superuser("ada", password="a-long-password")
    login = client.get("/admin/login/", headers=GZIP)
    client.force_login(superuser)
    index = client.get("/admin/", headers=GZIP)

    for response in (login, index):
        assert response.status_code == 200
        assert "Content-Encoding" not in response


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "no-store"},
        {"Cache-Control": "private, max-age=0"},
        {"Vary": "Accept, Cookie"},
        {"Content-Encoding": "br"},
        {"Content-Type": "image/png"},
    ],
)
def test_private_stored_and_binary_responses_are_left_alone(headers):
    response = answer(HttpResponse("x" * 1000, headers=headers))

    assert response.content == b"x" * 1000


def test_a_response_that_sets_a_cookie_is_not_compressed():
    response = HttpResponse("x" * 1000)
    response.set_cookie("sessionid", "secret")

    assert "Content-Encoding" not in answer(response)


def test_a_short_response_is_not_compressed_but_varies():
    response = answer(HttpResponse("short"))

    assert "Content-Encoding" not in response
    assert response["Vary"] == "Accept-Encoding"


def test_a_streamed_response_is_compressed_while_it_is_sent():
    response = answer(StreamingHttpResponse([b"ab" * 500, b"cd" * 500], content_type="text/csv"))

    assert gzip.decompress(b"".join(response.streaming_content)) == b"ab" * 500 + b"cd" * 500
    assert "Content-Length" not in response


def test_a_strong_etag_becomes_weak():
    response = answer(HttpResponse("x" * 1000, headers={"ETag": '"abc"'}))

    assert response["ETag"] == 'W/"abc"'


def answer(response):
    request = RequestFactory().get("/", headers=GZIP)
    return compression_middleware(lambda _: response)(request)


# --- On a real server -------------------------------------------------------------------------------------


def ask(
    live_server, path: str, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    with closing(http.client.HTTPConnection(urlsplit(live_server.url).netloc)) as connection:
        connection.request(
            method, path, headers={name.replace("_", "-"): text for name, text in headers.items()}
        )
        response = connection.getresponse()
        return response, response.read()


def test_head_has_the_headers_of_get(live_server, transactional_db):
    for path in ("/", "/api/v1/teams/"):
        page_cache.cache.clear()
        head, nothing = ask(live_server, path, "HEAD", Accept_Encoding="gzip")
        got, body = ask(live_server, path, Accept_Encoding="gzip")

        assert nothing == b""
        assert int(head.getheader("Content-Length")) == len(body)
        for name in ("ETag", "Vary", "Content-Encoding", "Cache-Control", "Content-Type"):
            assert head.getheader(name) == got.getheader(name), (path, name)


def test_a_browser_revalidates_a_page_and_gets_304(live_server, transactional_db):
    packed, body = ask(live_server, "/leaderboard/", Accept_Encoding="gzip")
    etag = packed.getheader("ETag")
    again, nothing = ask(live_server, "/leaderboard/", Accept_Encoding="gzip", If_None_Match=etag)
    plain, _ = ask(live_server, "/leaderboard/", If_None_Match=etag)

    assert b"<h1>" in gzip.decompress(body)
    assert packed.getheader("Cache-Control") == "public, no-cache"
    assert (again.status, nothing, again.getheader("ETag")) == (304, b"", etag)
    assert "Accept-Encoding" in again.getheader("Vary")
    assert plain.status == 304, "the uncompressed form has the same content"


def test_a_renamed_forecaster_changes_the_etag(live_server, transactional_db):
    forecaster = oracle()
    before, _ = ask(live_server, "/forecasters/")
    forecaster.name = "The Sibyl"
    forecaster.save()
    after, body = ask(live_server, "/forecasters/", If_None_Match=before.getheader("ETag"))

    assert after.status == 200
    assert b"The Sibyl" in body
