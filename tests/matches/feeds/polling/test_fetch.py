"""Asking: within the budget, outside of transactions, and what a feed does wrong is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matches.feeds.polling.fetch import FetchResult, fetch
from matches.models import Feed, FeedRequest, FeedSubscription
from tests.fixtures.feeds import BEFORE
from tests.matches.feeds.loopback import CODES, TOKENS, Mood
from tests.matches.feeds.providers import documents
from tests.matches.feeds.providers.documents import Told

pytestmark = pytest.mark.django_db


def asked(subscribed: FeedSubscription, **more: object) -> FetchResult:
    return fetch(subscribed, **{"urgent": True, "now": BEFORE, **more})


@pytest.mark.parametrize("feed", sorted(CODES))
def test_each_feed_is_asked_in_its_own_way(subscribe, server, feed):
    server.knows(Told(), Told(number=2, home="Crewe", away="Dover"))

    answer = asked(subscribe(feed))

    assert answer.error == ""
    assert answer.reading is not None
    assert [match.home for match in answer.reading.matches] == ["Ashford", "Crewe"]
    request = FeedRequest.objects.get()
    assert (request.feed.name, request.outcome, request.urgent) == (feed, "200", True)
    assert request.answered_at is not None
    assert request.size > 100


def test_a_token_that_is_missing_is_said_before_anything_is_asked(subscribe, server, settings):
    settings.FEED_TOKENS = {}

    answer = asked(subscribe("football-data"))

    assert answer.error == "the feed requires a token, and FOOTBALL_DATA_TOKEN is not set"
    assert server.asked == []
    assert not FeedRequest.objects.exists()


@pytest.mark.parametrize("feed", sorted(TOKENS))
def test_a_token_that_is_wrong_is_told_without_it(subscribe, server, settings, feed):
    settings.FEED_TOKENS = dict.fromkeys(TOKENS, "s3cret-and-wrong")

    answer = asked(subscribe(feed))

    assert "the request was rejected" in answer.error
    assert "s3cret" not in repr(answer)
    assert answer.wait == timedelta(hours=1)


def test_a_spent_budget_is_no_request(subscribe, server):
    subscribed = subscribe()
    Feed.objects.filter(pk=subscribed.feed_id).update(per_minute=1)
    asked(subscribed)

    answer = asked(subscribed)

    assert answer.limit is not None
    assert len(server.asked) == 1


def test_too_many_requests_pauses_the_whole_feed(subscribe, server):
    subscribed, other = subscribe(), subscribe(code="SA/2025")
    server.moods = [Mood(status=429, headers={"Retry-After": "37"})]

    answer = asked(subscribed)

    assert answer.wait == timedelta(seconds=37)
    paused_until = Feed.objects.get(pk=subscribed.feed_id).paused_until
    assert timezone.now() < paused_until <= timezone.now() + timedelta(seconds=37)
    assert asked(other).limit is not None
    assert len(server.asked) == 1


def test_a_quota_that_is_refused_inside_a_200_pauses_the_feed_too(subscribe, server):
    server.documents["api-football"] = documents.api_football([], errors={"rateLimit": "Too many requests."})

    answer = asked(subscribe("api-football"))

    assert answer.error == "the request was rejected: rateLimit: Too many requests."
    assert Feed.objects.get(name="api-football").paused_until > timezone.now()
    assert FeedRequest.objects.get().outcome == "refused"


@pytest.mark.parametrize(
    ("mood", "outcome"),
    [
        (Mood(status=503), "503"),
        (Mood(body=b"<html>"), "no JSON"),
        (Mood(body=b'{"matches": ['), "no JSON"),
        (Mood(body=b"{}", length=900), "unreachable"),
        (Mood(body=b"{}"), "unusable"),
    ],
)
def test_what_is_no_answer_is_kept_with_its_request(subscribe, server, mood, outcome):
    server.moods = [mood]

    answer = asked(subscribe())

    assert answer.error
    assert answer.reading is None
    assert FeedRequest.objects.get().outcome == outcome


def test_an_answer_for_another_competition_is_not_taken(subscribe, server):
    other = {**documents.football_data_match(Told()), "competition": {"code": "BL1"}}
    server.documents["football-data"] = {"matches": [other]}

    assert asked(subscribe()).error == "the response has matches of BL1, but PL was requested"


def test_an_answer_that_forgot_half_the_season_is_not_taken(subscribe, server):
    subscribed = subscribe()
    subscribed.listed = 10
    server.knows(*(Told(number=number, matchday=number) for number in range(1, 5)))

    assert asked(subscribed).error == "the response has 4 matches; the last one had 10"


def test_it_is_taken_where_somebody_wants_the_whole_answer(subscribe, server):
    subscribed = subscribe()
    subscribed.listed = 10
    server.knows(Told())

    assert asked(subscribed, whole=True).error == ""


def test_a_code_that_the_feed_cannot_know_is_not_asked_for(subscribe, server):
    assert "like PL/2025" in asked(subscribe(code="PL")).error
    assert server.asked == []


def test_the_mark_is_sent_for_the_same_address_only(subscribe, server):
    subscribed = subscribe()
    first = asked(subscribed)
    subscribed.etag, subscribed.marked_url = first.response.etag, first.url

    assert asked(subscribed).unchanged
    assert not asked(subscribed, whole=True).unchanged
    subscribed.marked_url = "https://elsewhere.example.org/"
    assert not asked(subscribed).unchanged
