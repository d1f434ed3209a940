"""Feeds on this machine, a season that they are asked for, and a clock that tests move."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from matches.feeds.polling.poll import poll
from matches.feeds.polling.seed import feed_named
from matches.feeds.sync.ingest import Taken
from matches.models import FeedSubscription, Match
from tests.factories import SeasonFactory, TeamFactory
from tests.feeding.loopback import CODES, TOKENS, Loopback, loopback
from tests.feeds.documents import KICKOFF, Told

BEFORE = KICKOFF - timedelta(days=3)
OVER = KICKOFF + timedelta(minutes=115)


@pytest.fixture
def server(settings) -> Iterator[Loopback]:
    """The four feeds, and settings that lead to them."""
    with loopback() as world:
        settings.FEED_URLS, settings.FEED_TOKENS = world.urls(), TOKENS
        yield world


@pytest.fixture
def teams(db):
    """Ashford, Barrow, Crewe and Dover."""
    return [TeamFactory(name=name) for name in ("Ashford", "Barrow", "Crewe", "Dover")]


def subscription(feed: str = "football-data", **more: object) -> FeedSubscription:
    """Our season 2025/26 at that feed."""
    values = {
        "feed": feed_named(feed),
        "season": SeasonFactory(),
        "code": CODES[feed],
        "zone": "Europe/London" if feed == "openfootball" else "",
    }
    return FeedSubscription.objects.create(**{**values, **more})


@pytest.fixture
def subscribe(teams, server) -> Callable[..., FeedSubscription]:
    """`subscribe("openligadb")`: a subscription of a feed that answers, about teams that we know."""
    return subscription


@pytest.fixture
def says(server) -> Callable[..., Taken]:
    """`says(subscription, Told(...), at=...)`: the feed lists these matches, and is asked then."""

    def ask(subscribed: FeedSubscription, *matches: Told, at: datetime = BEFORE) -> Taken:
        server.knows(*matches, feeds=(subscribed.feed.name,))
        subscribed.refresh_from_db()
        return poll(subscribed, now=at)

    return ask


def the_match() -> Match:
    """The only match that there is."""
    return Match.objects.select_related("home_team", "away_team", "season__competition").get()
