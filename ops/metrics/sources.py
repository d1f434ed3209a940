"""Metrics of the sources of results and predictions: feeds and language models."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count
from prometheus_client.metrics_core import Metric

from matches.feeds.polling import rate_limit
from matches.feeds.sync.issues import open_problems
from matches.models import Endpoint, Feed, FeedSubscription, LLMQuestion, UnknownTeam
from matches.services.stages import undecided
from ops.conflicts import held_count
from ops.metrics.helpers import WINDOW, gauge, number


def families(now: datetime) -> Iterator[Metric]:
    """Yield metrics of subscriptions, feed problems, stages to decide, and questions to language models."""
    yield from _feeds(now)
    problems, unknown = open_problems().count(), UnknownTeam.objects.filter(mapped_at__isnull=True).count()
    text = "Open doubts and feed problems: data that could not be imported, or that waits for a decision."
    yield number("feed_problems", text, problems)
    yield number("unknown_teams", "Team names from feeds that are not matched to a team.", unknown)
    text = "Stages without a table until an operator decides their kind."
    yield number("undecided_stages", text, undecided().count())
    text = "Matches with results that feeds report and that are not recorded."
    yield number("provisional_results", text, held_count())
    yield from _language_models(now)


def _feeds(now: datetime) -> Iterator[Metric]:
    active = list(FeedSubscription.objects.filter(active=True).select_related("feed"))
    labels = ["feed", "code"]
    text = "Seconds since the feed's last response for a subscription; no sample before the first."
    ages = {
        (each.feed.name, each.code): (now - each.answered_at) / timedelta(seconds=1)
        for each in active
        if each.answered_at
    }
    yield gauge("feed_answer_age_seconds", text, labels, ages)
    failures = {(each.feed.name, each.code): each.failures for each in active}
    yield gauge("feed_failures", "Failed requests in a row.", labels, failures)
    feeds = Feed.objects.filter(pk__in={each.feed_id for each in active})
    remaining = rate_limit.remaining_requests_by_feed(feeds, now=now)
    text = "Requests that a feed's rate limits leave, in a minute and in 24 hours."
    minutes = {(name, "minute"): minute for name, (minute, _) in remaining.items()}
    days = {(name, "day"): day for name, (_, day) in remaining.items()}
    yield gauge("feed_requests_left", text, ["feed", "window"], minutes | days)


def _language_models(now: datetime) -> Iterator[Metric]:
    ended = LLMQuestion.objects.filter(ended_at__gte=now - WINDOW).order_by()
    rows = ended.values_list("state", "reason").annotate(n=Count("pk"))
    counts = {(LLMQuestion.State.ANSWERED.value, ""): 0}
    counts |= {(LLMQuestion.State.MISSED.value, reason): 0 for reason in LLMQuestion.Reason.values}
    counts |= {(state, reason): count for state, reason, count in rows}
    text = "Questions to language models that ended in the last hour, by state and reason of a miss."
    yield gauge("recent_questions", text, ["state", "reason"], counts)
    paused = Endpoint.objects.filter(enabled=True, paused_at__isnull=False).count()
    yield number(
        "endpoints_paused", "Enabled language models that are paused after failures in a row.", paused
    )
