"""No request makes the server fail, however odd: odd values, headers, methods and bodies on every route."""

import html
import os
import re
import zlib
from collections import Counter
from collections.abc import Iterator

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.slow.fuzz import oddities, routes
from tests.slow.fuzz.conftest import counts

pytestmark = pytest.mark.django_db

EXAMPLES = 30 if os.environ.get("HOSTILE") == "all" else 1
asked: Counter[str] = Counter()
KEY = re.compile(r"<(?:\w+:)?\w+>")


def bounded(examples: int) -> settings:
    return settings(
        max_examples=examples * EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=HealthCheck,
    )


@pytest.fixture(scope="module", autouse=True)
def how_many(request) -> Iterator[None]:
    """Said at the end of the test run."""
    asked.clear()
    yield
    lines = request.config.stash.setdefault(counts, [])
    lines.append(f"odd requests: {asked.total()} to {len(asked)} addresses, no server error")


@pytest.fixture(autouse=True)
def open_doors(settings) -> None:
    """With a secret set, the cron endpoint is no longer closed for everybody (503)."""
    settings.CRON_SECRET = "a-secret"


@pytest.fixture(scope="module")
def public(small_world) -> list[str]:
    """One real address of every public route."""
    probes = ["/healthz/", "/readyz/", "/metrics"]
    return [address for route in routes.routes() for address in routes.addresses(route, limit=1)] + probes


@pytest.fixture(scope="module")
def known(public) -> dict[str, list[str]]:
    """The parameters of every public address: it names them itself where it is asked for another."""
    found = {}
    for address in public:
        response = Client().get(address, {"no-such-parameter": "1"})
        said = html.unescape(response.content.decode(errors="replace"))  # an image is not text
        names = re.search(r"Allowed: ([\w, ]+)\.", said)
        found[address] = [] if names is None or names[1] == "none" else names[1].split(", ")
    assert {"page", "season", "team", "status", "from", "to"} <= set(found["/matches/"])
    assert "min_matches" in found["/api/v1/leaderboard/"]
    return found


STORES = {
    "PUT": re.compile(r"^/api/v1/matches/\d+/predictions/[^/]+/$"),
    "POST": re.compile(r"^/api/v1/predictions/bulk/$"),
}


def some(addresses: list[str], part: str, *, of: int = 5) -> list[str]:
    """A fifth of the addresses, another one for each part; all of them with HOSTILE=all."""
    return addresses if EXAMPLES > 1 else addresses[zlib.crc32(part.encode()) % of :: of]


@pytest.fixture(scope="module")
def inside(small_world) -> list[str]:
    """Every list of the admin, and the pages of one row of each model."""
    pages = [address for model in routes.registered() for address in list(routes.admin_pages(model))[:3]]
    return [*routes.admin_lists(), *pages]


def check_request(client: Client, method: str, address: str, headers=None, body=(b"", "text/plain")) -> int:
    """The status of the answer. An exception that nobody caught counts as 500."""
    client.raise_request_exception = False
    asked[address.partition("?")[0]] += 1
    status = client.generic(method, address, body[0], body[1], headers=headers or {}).status_code
    assert status < 500, f"{status}: {method} {address[:300]} {headers or ''} {body[0][:60]!r}"
    return status


def check_query(address: str, pairs: list[tuple[str, str]], client: Client) -> int:
    client.raise_request_exception = False
    asked[address] += 1
    status = client.get(address, pairs_as_query(pairs)).status_code
    assert status < 500, f"{status}: {address} {pairs}"
    return status


def pairs_as_query(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    query: dict[str, list[str]] = {}
    for name, value in pairs:
        query.setdefault(name, []).append(value)
    return query


def queries(names: list[str]):
    name = st.sampled_from([*names, *names, *oddities.NAMES]) | st.text(max_size=8)
    pair = st.tuples(name, st.sampled_from(oddities.VALUES) | st.text())
    return st.lists(pair.filter(lambda each: encodable(*each)), max_size=3)


def encodable(*texts: str) -> bool:
    return all(not re.search("[\ud800-\udfff]", text) for text in texts)


def test_no_public_address_fails_on_odd_parameters(known, client):
    asked = st.sampled_from(list(known)).flatmap(lambda at: st.tuples(st.just(at), queries(known[at])))

    @bounded(800)
    @given(query=asked)
    def holds(query):
        check_query(*query, client)

    holds()


@pytest.mark.parametrize("value", oddities.VALUES, ids=lambda value: repr(value[:20]))
def test_no_parameter_fails_on_a_known_oddity(known, client, value):
    for address, names in known.items():
        if names:
            check_query(address, [(name, value) for name in names], client)
            check_query(address, [(names[zlib.crc32(value.encode()) % len(names)], value)], client)


def test_no_page_of_the_admin_fails_on_odd_parameters(inside, operator):
    @bounded(400)
    @given(address=st.sampled_from(inside), pairs=queries(oddities.ADMIN_NAMES))
    def holds(address, pairs):
        check_query(address, pairs, operator)

    holds()


@pytest.mark.parametrize("query", oddities.QUERIES, ids=lambda query: query[:30])
def test_no_malformed_query_string_fails(public, client, query):
    for address in some(public, query):
        check_request(client, "GET", f"{address}?{query}")


@pytest.mark.parametrize("headers", oddities.HEADERS, ids=lambda headers: str(headers)[:50])
def test_no_odd_header_fails(public, client, headers):
    for address in some(public, str(headers)):
        check_request(client, "GET", address, headers)


@pytest.mark.parametrize("method", oddities.METHODS)
def test_no_method_fails_and_none_but_reading_is_allowed(public, method):
    stranger = Client(enforce_csrf_checks=True)
    for address in public:
        status = check_request(stranger, method, address)
        if method not in ("GET", "HEAD", "OPTIONS") and "cron" not in address:
            wants_key = method in STORES and STORES[method].search(address)
            assert status == (401 if wants_key else 405), f"{method} {address}"


@pytest.mark.parametrize("body", oddities.BODIES, ids=lambda body: str(body[0][:20]))
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_no_body_fails(public, client, method, body):
    for address in some(public, method + str(body[0][:20])):
        check_request(client, method, address, body=body)


@pytest.mark.parametrize("path", oddities.PATHS, ids=lambda path: path[:40])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_no_path_fails(public, client, operator, method, path):
    for visitor in (client, operator):
        check_request(visitor, method, path)


@pytest.mark.parametrize("key", oddities.KEYS, ids=lambda key: key[:20])
def test_no_key_of_a_row_fails(public, client, key):
    for route in routes.routes():
        if KEY.search(route):
            for query in ("", "?page=2", "?format=csv"):
                status = check_request(client, "GET", KEY.sub(key, route) + query)
                refused = (302, 400, 404) if route.startswith("/share/") else (301, 400, 404, 405)
                assert status in refused, route  # an image that is gone redirects to the general one


@pytest.mark.parametrize("secret", ["", "a-secret", "t\xe9st\u20ac"])
@pytest.mark.parametrize("headers", [each for each in oddities.HEADERS if "Authorization" in each], ids=str)
def test_the_doors_with_a_secret_stay_shut(small_world, client, settings, secret, headers):
    settings.CRON_SECRET = settings.METRICS_TOKEN = secret

    assert client.generic("POST", "/api/cron/update-stats/", headers=headers).status_code in (401, 503)
    assert client.generic("GET", "/metrics", headers={"X-Real-IP": "x", **headers}).status_code >= 400


def test_a_feed_takes_no_parameters(public, client):
    for feed in (address for address in public if address.endswith(".atom")):
        assert client.get(feed, {"x": "1"}).status_code == 400
        assert client.get(feed, {"utm_source": "reader"}).status_code == 200


@pytest.mark.parametrize("text", oddities.LOGINS, ids=lambda text: repr(text[:20]))
def test_no_login_fails(db, client, text):
    client.raise_request_exception = False
    for fields in ({"username": text, "password": "x"}, {"username": "x", "password": text}, {text: text}):
        answer = client.post("/admin/login/", {**fields, "next": text}, headers={"User-Agent": text})
        assert answer.status_code < 500


def test_head_answers_as_get_does_without_a_body(public, client):
    for address in public:
        if "cron" not in address:
            head = client.head(address)
            assert (head.status_code, head.content) == (client.get(address).status_code, b""), address
