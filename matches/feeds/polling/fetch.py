"""Fetch a season from a feed: outside of any transaction and within the feed's rate limit."""

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

UNSET = timedelta(hours=1)  # until an operator has set a valid code or token
UNUSABLE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """Outcome of a fetch: a parsed response, no change, an error, or an exhausted rate limit (`spent`)."""

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
    """Fetch and parse the season; only the request log and a pause of the feed are written.

    Must not be called in a transaction. `whole`: send no validators (ETag), and accept a response that lists
    less than half of the matches of the last one. Errors of the feed are returned, not raised.
    """
    feed = FEEDS[subscription.feed.name]
    asked = partial(FetchResult, subscription_id=subscription.pk, asked_at=now)
    try:
        question = _build_query(feed, subscription, whole=whole)
    except (BadCode, NoAnswer) as fault:
        return asked(error=str(fault), wait=UNSET)
    reserved = rate_limit.reserve(subscription, urgent=urgent)
    if isinstance(reserved, BudgetSpent):
        return asked(spent=reserved)
    try:
        page = feed_client.get(question)
        reading = _parse(feed, page, subscription, shrunken=whole)
    except NoAnswer as fault:
        _finish_request(reserved, outcome=fault.outcome)
        if fault.for_all and fault.wait:
            at = timezone.now()
            rate_limit.pause(subscription.feed_id, until=at + fault.wait, now=at)
        return asked(url=question.url, error=str(fault), wait=fault.wait)
    _finish_request(reserved, outcome=page.outcome, size=page.size)
    return asked(url=question.url, page=page, reading=reading)


def _build_query(feed: FeedProvider, subscription: FeedSubscription, *, whole: bool) -> FeedQuery:
    """Build the request. Raises BadCode, or NoAnswer if the feed requires a token and none is set."""
    url = settings.FEED_URLS[feed.name].rstrip("/") + feed.path(subscription.code)
    token = settings.FEED_TOKENS.get(feed.name, "")
    if feed.token_header and not token:
        raise NoAnswer(f"it requires a token, and {feed.token_variable} is not set", outcome="no token")
    is_marked = subscription.marked_url == url and not whole
    return FeedQuery(
        url=url,
        token_header=feed.token_header,
        token=token,
        etag=subscription.etag if is_marked else "",
        last_modified=subscription.last_modified if is_marked else "",
    )


def _parse(
    feed: FeedProvider, page: FeedResponse, subscription: FeedSubscription, *, shrunken: bool
) -> Reading | None:
    """Parse the response; return None if it is unchanged. Raises NoAnswer if it is unusable.

    `shrunken`: accept a response that has lost most of its matches.
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
    """Raise NoAnswer for matches of another competition, or for less than half of the previous matches."""
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


def _finish_request(request: FeedRequest, *, outcome: str, size: int = 0) -> None:
    request.answered_at, request.outcome, request.size = timezone.now(), outcome, size
    request.save(update_fields=["answered_at", "outcome", "size"])
