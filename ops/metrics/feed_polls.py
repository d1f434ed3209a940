"""Feed metrics: time since the last response, failures, remaining requests, and open problems."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from prometheus_client.metrics_core import Metric

from matches.feeds.polling import rate_limit
from matches.models import Feed, FeedSubscription
from ops.conflicts import held_count
from ops.metrics.helpers import gauge, number

_OPEN = """
SELECT (SELECT count(*) FROM matches_feedproblem WHERE ended_at IS NULL AND dismissed_at IS NULL),
       (SELECT count(*) FROM matches_unknownteam WHERE mapped_at IS NULL)
"""


def families(now: datetime) -> Iterator[Metric]:
    """Yield metrics of active subscriptions and their feeds, and counts of open problems."""
    active = list(FeedSubscription.objects.filter(active=True).select_related("feed"))
    yield gauge(
        "feed_answer_age_seconds",
        "Seconds since the feed's last answer about a subscription; no sample before the first.",
        ["feed", "code"],
        {
            (each.feed.name, each.code): (now - each.answered_at) / timedelta(seconds=1)
            for each in active
            if each.answered_at
        },
    )
    yield gauge(
        "feed_failures",
        "Requests in a row that gave no answer.",
        ["feed", "code"],
        {(each.feed.name, each.code): each.failures for each in active},
    )
    feeds = Feed.objects.filter(pk__in={each.feed_id for each in active})
    left = rate_limit.left_of_each(feeds, now=now)
    yield gauge(
        "feed_requests_left",
        "What is left of a feed's budget, in a minute and in 24 hours.",
        ["feed", "window"],
        {(name, "minute"): minute for name, (minute, _) in left.items()}
        | {(name, "day"): day for name, (_, day) in left.items()},
    )
    with connection.cursor() as cursor:
        cursor.execute(_OPEN)
        problems, unknown = cursor.fetchone()
    yield number("feed_problems", "What could not be taken from feeds, and nobody mended.", problems)
    yield number("unknown_teams", "Names that fit no team, and nobody said whom they mean.", unknown)
    yield number("provisional_results", "Matches of which feeds claim what is not recorded.", held_count())
