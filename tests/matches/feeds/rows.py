"""Rows of every model of the feeds, as tests of the admin want them: no feed is asked."""

from django.utils import timezone

from matches.feeds.polling.seed import feed_named
from matches.models import (
    FeedProblem,
    FeedRequest,
    FeedSnapshot,
    FeedSubscription,
    Match,
    MatchSource,
    UnknownTeam,
)
from tests.factories import SeasonFactory
from tests.matches.feeds.providers.documents import KICKOFF


def a_feed_with_all_that_comes_of_it() -> FeedSubscription:
    """A subscription with a request, a snapshot of our last match, a problem and an unknown team."""
    now, feed = timezone.now(), feed_named("football-data")
    subscription = FeedSubscription.objects.create(feed=feed, season=SeasonFactory(), code="PL/2025")
    FeedRequest.objects.create(feed=feed, subscription=subscription, outcome="200", asked_at=now)
    link = MatchSource.objects.create(
        match=Match.objects.order_by("pk").last(), source="football-data", external_id="1"
    )
    FeedSnapshot.objects.create(
        subscription=subscription,
        external_id="1",
        link=link,
        home="Ashford",
        away="Barrow",
        round_label="Matchday 7",
        kickoff_at=KICKOFF,
        digest="-",
        first_reported_at=now,
    )
    FeedProblem.objects.create(
        subscription=subscription, about="2", text="<b>odd</b>", first_seen_at=now, last_seen_at=now
    )
    UnknownTeam.objects.create(
        source="football-data",
        name="Ashford FC",
        example="Ashford FC - Barrow",
        first_seen_at=now,
        last_seen_at=now,
    )
    return subscription
