"""One request: whatever the other side does, there is a page or a NoAnswer, and nobody sees the token."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from matches.feeds.polling import feed_client
from matches.feeds.polling.feed_client import FeedQuery, NoAnswer
from matches.feeds.providers import FEEDS
from tests.matches.feeds.loopback import CODES, TOKENS, Loopback, Mood, loopback
from tests.matches.feeds.providers.documents import LONDON, Told

TOKEN = TOKENS["football-data"]


@pytest.fixture
def server():
    with loopback() as world:
        world.knows(Told())
        yield world


def question(server: Loopback, **more: str) -> FeedQuery:
    url = f"{server.urls()['football-data']}/competitions/PL/matches?season=2025"
    return FeedQuery(**{"url": url, "token_header": "X-Auth-Token", "token": TOKEN, **more})


def refused(server: Loopback, **mood: object) -> NoAnswer:
    """What comes of a request that is answered in this mood."""
    server.moods = [Mood(**mood)]
    with pytest.raises(NoAnswer) as refusal:
        feed_client.get(question(server))
    return refusal.value


def test_a_document_comes_with_its_mark(server):
    page = feed_client.get(question(server))

    assert page.document["matches"][0]["id"] == 1
    assert page.etag.startswith('W/"')
    assert (page.outcome, page.unchanged) == ("200", False)
    assert page.size > 100


def test_with_the_mark_nothing_is_sent_again(server):
    mark = feed_client.get(question(server)).etag

    page = feed_client.get(question(server, etag=mark))

    assert (page.outcome, page.unchanged, page.document) == ("304", True, None)
    assert server.asked[-1].headers["If-None-Match"] == mark


@pytest.mark.parametrize("mark", ["\xff", "x" * 201])
def test_a_mark_that_cannot_be_sent_back_is_none(server, mark):
    server.moods = [Mood(body=b"[]", headers={"ETag": mark})]

    assert feed_client.get(question(server)).etag == ""


def test_a_304_that_nobody_asked_for_is_no_answer(server):
    assert refused(server, status=304).outcome == "304"


def test_a_date_of_change_is_sent_back_too(server):
    feed_client.get(question(server, last_modified="Thu, 01 Jan 1970 00:00:01 GMT"))

    assert server.asked[-1].headers["If-Modified-Since"] == "Thu, 01 Jan 1970 00:00:01 GMT"


def test_it_says_who_asks_and_sends_the_token_in_its_header(server):
    feed_client.get(question(server))

    assert server.asked[-1].headers["X-Auth-Token"] == TOKEN
    assert server.asked[-1].headers["User-Agent"] == "FinalWhistle"


def test_the_token_is_in_no_repr_and_in_no_error(server):
    body = f'{{"message": "Token {TOKEN} is not valid"}}'.encode()
    refusal = refused(server, status=403, body=body)

    assert TOKEN not in repr(question(server))
    assert TOKEN not in str(refusal)
    assert "Token *** is not valid" in str(refusal)
    assert refusal.__cause__ is None


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_it_is_not_sent_elsewhere(server, status):
    elsewhere = {"Location": f"{server.urls()['openligadb']}/getmatchdata/bl1/2025"}

    refusal = refused(server, status=status, headers=elsewhere)

    assert "redirects to another URL" in str(refusal)
    assert server.times("openligadb") == 0


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_feed_that_is_out_of_order_is_tried_again_later(server, status):
    refusal = refused(server, status=status, headers={"Retry-After": "30"})

    assert "server error" in str(refusal)
    assert (refusal.wait, refusal.for_all) == (timedelta(seconds=30), False)


def test_too_many_requests_stops_all_of_that_feed(server):
    refusal = refused(server, status=429, headers={"Retry-After": "37"})

    assert (refusal.outcome, refusal.wait, refusal.for_all) == ("429", timedelta(seconds=37), True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 60),
        ({"Retry-After": "soon"}, 60),
        ({"Retry-After": "-5"}, 60),
        ({"Retry-After": "99999999999999999999"}, 60),
        ({"Retry-After": "9999999"}, 86_400),
        ({"X-RequestCounter-Reset": "12"}, 12),
    ],
)
def test_how_long_to_stay_away_is_read_and_never_longer_than_a_day(server, headers, seconds):
    assert refused(server, status=429, headers=headers).wait == timedelta(seconds=seconds)


def test_retry_after_may_be_a_date(server):
    at = datetime.now(UTC) + timedelta(seconds=90)

    wait = refused(server, status=429, headers={"Retry-After": format_datetime(at, usegmt=True)}).wait

    assert wait is not None
    assert timedelta(seconds=80) < wait <= timedelta(seconds=90)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusal_says_what_the_feed_says(server, status):
    body = b'{"message": "Your API token is\\u0000 invalid.\\nReally.", "errorCode": 400}'
    refusal = refused(server, status=status, body=body)

    assert str(refusal) == f"the request was rejected ({status}): Your API token is invalid. Really."
    assert refusal.wait == timedelta(hours=1)


def test_a_refusal_in_no_words_is_one_too(server):
    assert str(refused(server, status=403, body=b"<html>")) == "the request was rejected (403)"


def test_an_unknown_code_is_not_asked_for_soon(server):
    unknown = f"{server.urls()['football-data']}/competitions/XX/matches?season=2025"

    with pytest.raises(NoAnswer, match=r"the code was not found \(404\)") as refusal:
        feed_client.get(question(server, url=unknown))
    assert refusal.value.wait == timedelta(hours=12)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"matches": [', b"\xff\xfe", b"NaN", b"[" * 100_000])
def test_garbage_is_no_answer(server, body):
    assert refused(server, body=body or b" ").outcome == "no JSON"


def test_an_answer_that_is_cut_off_is_none(server):
    refusal = refused(server, body=b'{"matches": []}', length=5000)

    assert refusal.outcome == "unreachable"


def test_an_answer_without_end_is_cut_off_by_us(server, monkeypatch):
    monkeypatch.setattr(feed_client, "MAX_BYTES", 1000)

    assert refused(server, body=b" " * 5000).outcome == "too large"


def test_a_small_answer_that_unpacks_to_a_large_one_is_too_large(server, monkeypatch):
    monkeypatch.setattr(feed_client, "MAX_BYTES", 100_000)
    bomb = gzip.compress(b" " * 10_000_000)

    assert refused(server, body=bomb, headers={"Content-Encoding": "gzip"}).outcome == "too large"


def test_a_feed_that_hangs_is_left(server, monkeypatch):
    monkeypatch.setattr(feed_client, "TIMEOUT", 0.2)

    assert refused(server, hang=1).outcome == "timeout"


def test_a_feed_that_drips_is_left_although_it_never_falls_silent(server, monkeypatch):
    monkeypatch.setattr(feed_client, "MAX_SECONDS", 0.3)

    assert refused(server, drip=0.05).outcome == "too slow"


def test_nobody_there_is_no_answer(server):
    with pytest.raises(NoAnswer) as refusal:
        feed_client.get(question(server, url="http://127.0.0.1:1/fd"))
    assert refusal.value.outcome == "unreachable"
    assert "127.0.0.1" not in str(refusal.value)


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://127.0.0.1/x", "http://[::1", "http://\x00/"])
def test_an_address_that_is_none_is_no_answer(server, url):
    with pytest.raises(NoAnswer):
        feed_client.get(question(server, url=url))


@pytest.mark.parametrize("feed", ["api-football", "openligadb", "openfootball"])
def test_the_other_feeds_are_spoken_to_alike(server, feed):
    known = FEEDS[feed]
    asked = FeedQuery(
        url=server.urls()[feed] + known.path(CODES[feed]),
        token_header=known.token_header,
        token=TOKENS.get(feed, ""),
    )

    page = feed_client.get(asked)

    assert known.complaint(page.document) is None
    assert len(known.read(page.document, code=CODES[feed], zone=LONDON).matches) == 1
    assert feed_client.get(replace(asked, etag=page.etag)).unchanged


def test_an_error_inside_a_200_is_there_to_be_complained_of(server):
    page = feed_client.get(FeedQuery(url=f"{server.urls()['api-football']}/fixtures?league=39&season=2025"))

    complaint = FEEDS["api-football"].complaint(page.document)
    assert complaint is not None
    assert "Missing application key" in complaint.text
