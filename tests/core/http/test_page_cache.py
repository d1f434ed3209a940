"""Public answers are kept while the database is what it was, and not a commit longer."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.http import page_cache
from stats.jobs import refresh_now
from stats.refresh import matviews
from tests.factories import MatchFactory, coin, oracle, predict, record
from tests.pipeline_helpers import run_waiting

API, PAGE = "/api/v1/leaderboard/", "/leaderboard/"
ROUNDS = 15


@pytest.fixture(autouse=True)
def an_empty_cache():
    page_cache.cache.clear()


def counted_match() -> None:
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    predict(match, coin(), (1, 1))
    record(match, 2, 1)
    run_waiting("score_match")
    refresh_now(at=timezone.now())


def queries(client: Client, path: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path, headers=headers).status_code in (200, 304)
    return len(asked)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", [API, PAGE, "/", "/api/v1/matches/", "/roundups/feed.atom"])
def test_what_was_asked_before_costs_one_query(path, client, redis_queues):
    counted_match()
    first = client.get(path)

    assert queries(client, path) == 1
    again = client.get(path)
    assert again.content == first.content
    assert again.headers.items() == first.headers.items()


@pytest.mark.django_db(transaction=True)
def test_a_reader_who_has_it_gets_a_304_for_one_query(client, redis_queues):
    counted_match()
    for path in (API, PAGE):
        etag = client.get(path)["ETag"]
        assert queries(client, path, If_None_Match=etag) == 1
        known = client.get(path, headers={"If-None-Match": etag})
        assert (known.status_code, known.content, known["ETag"]) == (304, b"", etag)


@pytest.mark.django_db(transaction=True)
def test_any_commit_has_it_made_anew(client, redis_queues):
    counted_match()
    client.get(PAGE)
    forecaster = oracle()
    forecaster.name = "The Sibyl"
    forecaster.save()

    assert "The Sibyl" in client.get(PAGE).content.decode()


@pytest.mark.django_db(transaction=True)
def test_it_is_kept_for_a_moment_only_because_the_clock_moves_too(client, redis_queues, monkeypatch):
    counted_match()
    client.get(PAGE)
    later = page_cache.time.monotonic() + page_cache.MAX_AGE + 1
    monkeypatch.setattr(page_cache.time, "monotonic", lambda: later)

    assert queries(client, PAGE) > 1


@pytest.mark.django_db(transaction=True)
def test_json_and_csv_of_one_address_are_two_answers(client, redis_queues):
    counted_match()
    client.get(API)

    assert client.get(API, headers={"Accept": "text/csv"})["Content-Type"].startswith("text/csv")
    assert client.get(API)["Content-Type"] == "application/json"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "path", ["/api/v1/status/", "/admin/login/", "/api/schema/", "/api/v1/leaderboard/?page=9"]
)
def test_what_is_one_readers_own_or_an_error_is_not_kept(path, client, redis_queues):
    client.get(path)
    client.get(path)

    assert not page_cache.cache.get(("http", "testserver", path, ""), snapshot_now())


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_kept(client):
    """Its own writes are no commit yet, and so not in the snapshot."""
    counted_match()

    assert queries(client, PAGE) > 1
    assert queries(client, PAGE) > 1


def test_the_cache_removes_the_entry_that_was_not_used_for_longest():
    cache = page_cache.PageCache()
    for name in "abc":
        cache.put((name,), kept(b"12345"), max_size=12)

    assert [name for name in "abc" if cache.get((name,), "1:1:")] == ["b", "c"]


def kept(body: bytes) -> page_cache.CachedResponse:
    return page_cache.CachedResponse("1:1:", page_cache.time.monotonic() + 60, (), body)


def snapshot_now() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return cursor.fetchone()[0]


# --- Refreshed and read in a loop -----------------------------------------------------------------------


class Reader(threading.Thread):
    """Reads one address over and over, and notes the data version of each answer."""

    def __init__(self, path: str, version: object, view: str) -> None:
        super().__init__()
        self.path, self.version, self.view = path, version, view
        self.seen: list[tuple[int, int]] = []
        self.stop = threading.Event()

    def run(self) -> None:
        client = Client()
        try:
            while not self.stop.is_set():
                newest = matviews.newest(self.view)
                committed = newest.pk if newest else 0
                self.seen.append((committed, self.version(client.get(self.path))))
        finally:
            connection.close()


def of_api(response) -> int:
    return response.json()["meta"]["data_version"]


def of_page(response) -> int:
    return int(response.content.decode().partition("Data version ")[2].partition(".")[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("query", "view"), [("", matviews.VERSIONED), ("?team=ashford", matviews.TEAMS)], ids=["overall", "team"]
)
def test_nobody_sees_an_old_version_after_a_new_one(query, view, redis_queues, settings):
    """In the API and on the pages: never less than was committed before the request, never back."""
    counted_match()
    settings.TEAM_BOARDS_QUICK = timedelta(0)  # team leaderboards have a schedule of their own
    readers = [
        Reader(path + query, how, view) for path, how in ((API, of_api), (PAGE, of_page)) for _ in range(2)
    ]
    for reader in readers:
        reader.start()
    for number in range(ROUNDS):
        refresh_now(at=timezone.now())
        if number % 2:
            refresh_now(at=timezone.now(), scope="teams")
    for reader in readers:
        reader.stop.set()
    for reader in readers:
        reader.join()

    for reader in readers:
        versions = [version for _, version in reader.seen]
        assert versions == sorted(versions)
        assert all(version >= committed for committed, version in reader.seen)
        assert len(set(versions)) > 1, "it read while the views were refreshed"
