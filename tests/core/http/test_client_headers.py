"""No header of a client reaches a cache: pages are the same after everything that a proxy could pass on.

The web process is a real one, started as in the Procfile: servers map headers to the environment, too.
"""

import http.client
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from stats.jobs import refresh_now
from tests.factories import MatchFactory, oracle, predict, record
from tests.pipeline_helpers import run_waiting
from tools.bench.web import web

PREFIX, STRANGER, PORT = "/smuggled", "stranger.example", "127.0.0.1:666"
# fmt: off
NAMES = [
    "SCRIPT_NAME", "Script-Name", "HTTP_SCRIPT_NAME", "X-Script-Name", "X_SCRIPT_NAME",
    "X-Forwarded-Prefix", "X-Forwarded-Path", "PATH_INFO", "Path-Info", "X-Path-Info",
    "REQUEST_URI", "Request-Uri", "X-Original-URL", "X-Rewrite-URL", "X-Original-URI",
    "X-Forwarded-Host", "X-Forwarded-Server", "X-Forwarded-Port", "X_FORWARDED_HOST",
    "X-Original-Host", "X-Host", "HTTP_HOST", "SERVER_NAME", "Server-Name", "SERVER_PORT",
    "X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Forwarded-Ssl", "X-Forwarded-Scheme",
    "X-Scheme", "X-Url-Scheme", "Front-End-Https", "wsgi.url_scheme", "X-Forwarded-For",
    "X_FORWARDED_FOR", "X-Forwarded-By", "X-Real-IP", "Client-IP", "True-Client-IP",
    "CF-Connecting-IP", "Forwarded", "Via", "REMOTE_ADDR", "REMOTE_USER", "Remote-User",
    "X-Remote-User", "X-HTTP-Method-Override", "X-HTTP-Method", "Accept-Language", "Accept",
    "Accept-Encoding", "Cookie", "User-Agent", "Referer", "Origin", "If-Match", "If-Range", "Range",
    "X-Requested-With", "Proxy", "Content-Language",
]
# fmt: on
VALUES = (PREFIX, STRANGER, "https", f"for=192.0.2.1;host={STRANGER};proto=https")
HOSTS = (PORT, "localhost:666", "LOCALHOST", "127.0.0.1.", STRANGER, f"127.0.0.1@{STRANGER}", "")
PATHS = ("/", "/leaderboard/", "/matches/", "/roundups/feed.atom", "/api/v1/", "/api/v1/teams/?page_size=1")
REPEATS = 4  # the Procfile has two processes, and each has caches of its own
LINK = re.compile(r"""(?:href|src|action|next|previous)"?\s*[=:]\s*"([^"]*)|"(https?://[^"]*)""")


@pytest.fixture
def site(transactional_db, redis_queues, settings) -> Iterator[int]:
    """A web process that nobody has asked for a page yet, on a database with one counted match."""
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    record(match, 2, 1)
    run_waiting("score_match")
    refresh_now(at=timezone.now())
    with web("config.wsgi", API_READS_PER_MINUTE="0", ALLOWED_HOSTS="127.0.0.1,localhost") as port:
        settings.SITE_URL = f"http://127.0.0.1:{port}"
        yield port


def test_nothing_that_a_proxy_can_pass_on_changes_the_links_of_ordinary_pages(site):
    for _ in range(REPEATS):
        for path in PATHS:
            for host in HOSTS:
                read(site, path, {"Host": host})
            for value in VALUES:
                read(site, path, dict.fromkeys(NAMES, value))
                read(site, PREFIX + path, {"SCRIPT_NAME": PREFIX, "X-Forwarded-Prefix": PREFIX})
            read(site, f"http://{STRANGER}{path}", {"Host": "127.0.0.1"})
    for name in NAMES:
        for value in VALUES:
            read(site, "/leaderboard/", {name: value})
            read(site, f"{PREFIX}/leaderboard/", {name: value})

    for path in PATHS:
        expected = links(Client().get(path).content.decode())
        assert expected
        for _ in range(REPEATS):
            status, body = read(site, path, {})
            assert (status, links(body)) == (200, expected), path
            assert not [trick for trick in (PREFIX, STRANGER, ":666") if trick in body]


def test_a_prefix_leads_nowhere(site):
    assert read(site, f"{PREFIX}/leaderboard/", {"SCRIPT_NAME": PREFIX})[0] == 404
    assert read(site, "/leaderboard/", {"SCRIPT_NAME": PREFIX})[0] == 200
    assert read(site, "/leaderboard/", {"PATH_INFO": "/matches/"})[0] == 200


def test_links_of_the_api_name_the_public_address_whatever_host_was_asked_for(site):
    body = read(site, "/api/v1/teams/?page_size=1", {"Host": PORT, "X-Forwarded-Proto": "https"})[1]
    assert f'"next":"http://127.0.0.1:{site}/api/v1/teams/?page=2&page_size=1"' in body


def read(port: int, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """Status and body of a request on a connection of its own, so that it reaches any of the processes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.putrequest("GET", path, skip_host="Host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def links(body: str) -> list[str]:
    return [first or second for first, second in LINK.findall(body)]
