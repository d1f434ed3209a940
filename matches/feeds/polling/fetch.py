"""Asking a feed for a season: outside of any transaction, and never beyond its budget."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.utils import timezone

from matches.feeds.polling import feed_client, rate_limit
from matches.feeds.polling.feed_client import FeedQuery, FeedResponse, NoAnswer
from matches.feeds.polling.rate_limit import BudgetSpent
from matches.feeds.providers import FEEDS, FeedProvider
from matches.feeds.providers.feed_format import BadAnswer, BadCode, Reading
from matches.models import FeedRequest, FeedSubscription
from matches.zones import zone_named

UNSET = timedelta(hours=1)  # somebody has to do something before asking makes sense
UNUSABLE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """How it went: an answer, or that nothing is new, or an error, or that the budget is spent."""

    subscription_id: int
    asked_at: datetime
    url: str = ""
    page: FeedResponse | None = None
    reading: Reading | None = None
    error: str = ""
    wait: timedelta | None = None
    spent: BudgetSpent | None = None

    @property
    def unchanged(self) -> bool:
        return self.page is not None and self.page.unchanged


def fetch(subscription: FeedSubscription, *, urgent: bool, now: datetime, whole: bool = False) -> FetchResult:
    """Ask, and read the answer; of ours nothing changes but the budget. Never call it in a transaction.

    `whole`: even if the feed would say that nothing is new, and if most of its matches are gone. What a feed
    does wrong is told, not raised.
    """
    feed = FEEDS[subscription.feed.name]
    asked = partial(FetchResult, subscription_id=subscription.pk, asked_at=now)
    try:
        question = _question(feed, subscription, whole=whole)
    except (BadCode, NoAnswer) as fault:
        return asked(error=str(fault), wait=UNSET)
    reserved = rate_limit.reserve(subscription, urgent=urgent)
    if isinstance(reserved, BudgetSpent):
        return asked(spent=reserved)
    try:
        page = feed_client.get(question)
        reading = _reading(feed, page, subscription, shrunken=whole)
    except NoAnswer as fault:
        _close(reserved, outcome=fault.outcome)
        if fault.for_all and fault.wait:
            at = timezone.now()
            rate_limit.pause(subscription.feed_id, until=at + fault.wait, now=at)
        return asked(url=question.url, error=str(fault), wait=fault.wait)
    _close(reserved, outcome=page.outcome, size=page.size)
    return asked(url=question.url, page=page, reading=reading)


def _question(feed: FeedProvider, subscription: FeedSubscription, *, whole: bool) -> FeedQuery:
    """Raises BadCode, or NoAnswer where its token is not set."""
    url = settings.FEED_URLS[feed.name].rstrip("/") + feed.path(subscription.code)
    token = settings.FEED_TOKENS.get(feed.name, "")
    if feed.token_header and not token:
        variable = f"{feed.name.replace('-', '_').upper()}_TOKEN"
        raise NoAnswer(f"it wants a token, and {variable} is not set", outcome="no token")
    is_marked = subscription.marked_url == url and not whole
    return FeedQuery(
        url=url,
        token_header=feed.token_header,
        token=token,
        etag=subscription.etag if is_marked else "",
        last_modified=subscription.last_modified if is_marked else "",
    )


def _reading(
    feed: FeedProvider, page: FeedResponse, subscription: FeedSubscription, *, shrunken: bool
) -> Reading | None:
    """What the answer says, None where it is what we have. Raises NoAnswer where it is of no use.

    `shrunken`: also an answer that has lost most of its matches.
    """
    if page.unchanged:
        return None
    if complaint := feed.complaint(page.document):
        wait = timedelta(seconds=complaint.wait) if complaint.wait else feed_client.HOUR
        raise NoAnswer(
            f"it refuses us: {_without_token(complaint.text, feed)}",
            outcome="refused",
            wait=wait,
            for_all=complaint.wait is not None,
        )
    try:
        reading = feed.read(page.document, code=subscription.code, zone=zone_named(subscription.zone))
    except BadAnswer as bad:
        raise NoAnswer(f"its answer is of no use: {bad}", outcome="unusable", wait=UNUSABLE) from None
    _require_plausible(reading, feed, subscription, shrunken=shrunken)
    return reading


def _without_token(text: str, feed: FeedProvider) -> str:
    token = settings.FEED_TOKENS.get(feed.name, "")
    return (text.replace(token, "***") if token else text)[:300]


def _require_plausible(
    reading: Reading, feed: FeedProvider, subscription: FeedSubscription, *, shrunken: bool
) -> None:
    """An answer for another competition, or with far fewer matches than before, is somebody's mistake."""
    wanted = feed.league(subscription.code)
    leagues = {match.league for match in reading.matches if match.league}
    others = {league for league in leagues if league.lower() != wanted.lower()}
    if wanted and others:
        named = ", ".join(sorted(others))
        text = f"it answers with matches of {named}, and {wanted} was asked for"
        raise NoAnswer(text, outcome="unusable", wait=UNUSABLE)
    if not shrunken and reading.entries < subscription.listed / 2:
        raise NoAnswer(
            f"it lists {reading.entries} matches, and the last time it were {subscription.listed}",
            outcome="unusable",
            wait=UNUSABLE,
        )


def _close(request: FeedRequest, *, outcome: str, size: int = 0) -> None:
    request.answered_at, request.outcome, request.size = timezone.now(), outcome, size
    request.save(update_fields=["answered_at", "outcome", "size"])
