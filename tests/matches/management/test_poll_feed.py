"""`poll_feed`: asks now, tells what came of it, and in its exit code whether all was taken."""

from dataclasses import replace

import pytest

from matches.models import Feed, FeedRequest, FeedSubscription, Match
from tests.factories import SeasonFactory, TeamFactory
from tests.fixtures.feeds import subscription
from tests.matches.feeds.loopback import TOKENS, Mood, loopback
from tests.matches.feeds.providers.documents import Told

pytestmark = pytest.mark.django_db

WON = Told(status="finished", ninety=(2, 1))


@pytest.fixture
def server(settings):
    """The four feeds; they know a match of Ashford and Barrow, as we do."""
    TeamFactory(name="Ashford")
    TeamFactory(name="Barrow")
    with loopback() as world:
        settings.FEED_URLS, settings.FEED_TOKENS = world.urls(), TOKENS
        world.knows(WON)
        yield world


@pytest.mark.parametrize("feed", ["football-data", "api-football", "openligadb", "openfootball"])
def test_a_feed_is_asked_and_its_matches_are_taken_in(manage, server, feed):
    subscription(feed)

    ran = manage("poll_feed", feed)

    assert (ran.code, ran.complaint) == (0, "")
    assert ran.said.strip().endswith(": 1 added, 1 recorded.")
    assert Match.objects.get().status == "finished"


def test_it_answers_in_json(manage, server):
    row = subscription()

    ran = manage("poll_feed", "football-data", "--json")

    assert ran.json == {
        "feed": "football-data",
        "dry_run": False,
        "subscriptions": [
            {
                "subscription": row.pk,
                "feed": "football-data",
                "code": "PL/2025",
                "unchanged": False,
                "error": "",
                "waits_until": None,
                "done": {"added": 1, "recorded": 1},
                "problems": [],
            }
        ],
    }


def test_asked_again_nothing_is_new_unless_everything_is_wanted(manage, server):
    subscription()
    manage("poll_feed", "football-data")

    assert "nothing has changed" in manage("poll_feed", "football-data").said
    assert "1 unchanged" in manage("poll_feed", "football-data", "--whole").said


def test_a_dry_run_asks_and_keeps_nothing_but_the_request(manage, server):
    subscription()

    ran = manage("poll_feed", "football-data", "--dry-run")

    assert "1 would be added, 1 would be recorded" in ran.said
    assert not Match.objects.exists()
    assert FeedSubscription.objects.get().asked_at is None
    assert FeedRequest.objects.count() == 1


def test_what_could_not_be_taken_is_named_and_the_exit_code_says_partly(manage, server):
    subscription()
    server.knows(WON, replace(WON, number=2, home="Ashford FC"))

    ran = manage("poll_feed", "football-data")

    assert ran.code == 3
    assert "1 added, 1 recorded" in ran.said
    assert "no team is called 'Ashford FC'" in ran.said
    assert Match.objects.count() == 1


def test_no_answer_at_all_is_an_error(manage, server):
    subscription()
    server.moods = [Mood(status=500)]

    ran = manage("poll_feed", "football-data")

    assert (ran.code, ran.complaint) == (1, "No usable response from football-data.")
    assert "no usable response: server error (500)" in ran.said


def test_one_answer_of_two_is_partly(manage, server):
    subscription()
    subscription(code="SA/2025", season=SeasonFactory(label="other"))

    ran = manage("poll_feed", "football-data")

    assert ran.code == 3
    assert "the code was not found (404)" in ran.said


def test_only_one_subscription_is_asked_where_its_code_is_given(manage, server):
    subscription()
    subscription(code="SA/2025", season=SeasonFactory(label="other"))

    assert manage("poll_feed", "football-data", "--code", "PL/2025").code == 0
    assert server.times("football-data") == 1


def test_a_spent_budget_is_said_with_when_there_is_one(manage, server):
    subscription()
    Feed.objects.update(per_minute=1)
    manage("poll_feed", "football-data")

    ran = manage("poll_feed", "football-data")

    assert ran.code == 1
    assert "the limit of 1 in a minute is reached. Not before " in ran.said
    assert server.times("football-data") == 1


def test_a_token_that_is_missing_is_named_by_its_variable(manage, server, settings):
    settings.FEED_TOKENS = {}
    subscription()

    assert "FOOTBALL_DATA_TOKEN is not set" in manage("poll_feed", "football-data").said


@pytest.mark.parametrize("more", [{"active": False}, {"season": "closed"}])
def test_a_feed_that_nobody_is_subscribed_to_says_what_to_do(manage, server, more):
    if more.get("season") == "closed":
        more["season"] = SeasonFactory(label="old", closed_at="2026-06-01T00:00Z")
    subscription(**more)

    ran = manage("poll_feed", "football-data")

    assert ran.code == 1
    assert "no subscription that is active; add one in the admin" in ran.complaint
    assert server.asked == []


def test_a_feed_that_is_none_is_a_usage_error(manage, db):
    assert "argument NAME: invalid choice: 'nobody'" in manage("poll_feed", "nobody").complaint
