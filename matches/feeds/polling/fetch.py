"""Fetch a season from a feed: outside of any transaction and within the feed's rate limit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.utils import timezone

from matches.feeds.polling import feed_client, rate_limit
from matches.feeds.polling.feed_client import FeedQuery, FeedResponse, NoAnswer
from matches.feeds.polling.rate_limit import LimitReached
from matches.feeds.providers import FEEDS, FeedProvider
from matches.feeds.providers.feed_format import BadAnswer, BadCode, Reading
from matches.feeds.providers.fields import zone_named
from matches.models import FeedRequest, FeedSubscription

UNSET = timedelta(hours=1)  # until an operator has set a valid code or token
UNUSABLE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """Outcome of a fetch: a parsed or unchanged response, an error, or a reached rate limit (`limit`)."""

    subscription_id: int
    asked_at: datetime
    url: str = ""
    response: FeedResponse | None = None
    reading: Reading | None = None
    error: str = ""
    wait: timedelta | None = None
    limit: LimitReached | None = None

    @property
    def unchanged(self) -> bool:
        return self.response is not None and self.response.unchanged


def fetch(subscription: FeedSubscription, *, urgent: bool, now: datetime, whole: bool = False) -> FetchResult:
    """Fetch and parse the season of a subscription. Must not be called in a transaction.

    Errors of the feed are returned, not raised. Stores only the request log and, if the feed requests a
    pause, that pause. If `whole` is True, sends no validators (ETag), so that the feed sends all matches; and
    accepts a response with fewer than half as many matches as the last one.
    """
    feed = FEEDS[subscription.feed.name]
    outcome = partial(FetchResult, subscription_id=subscription.pk, asked_at=now)
    try:
        query = _build_query(feed, subscription, whole=whole)
    except (BadCode, NoAnswer) as fault:
        return outcome(error=str(fault), wait=UNSET)
    reserved = rate_limit.reserve(subscription, urgent=urgent)
    if isinstance(reserved, LimitReached):
        return outcome(limit=reserved)
    try:
        response = feed_client.get(query)
        reading = _parse(feed, response, subscription, allow_fewer=whole)
    except NoAnswer as fault:
        _finish_request(reserved, outcome=fault.outcome)
        if fault.for_all and fault.wait:
            at = timezone.now()
            rate_limit.pause(subscription.feed_id, until=at + fault.wait, now=at)
        return outcome(url=query.url, error=str(fault), wait=fault.wait)
    _finish_request(reserved, outcome=response.outcome, size=response.size)
    return outcome(url=query.url, response=response, reading=reading)


def _build_query(feed: FeedProvider, subscription: FeedSubscription, *, whole: bool) -> FeedQuery:
    """Return the request for the season of a subscription.

    Raises BadCode if the code of the subscription has a wrong format. Raises NoAnswer if the feed requires a
    token and none is set.
    """
    url = settings.FEED_URLS[feed.name].rstrip("/") + feed.path(subscription.code)
    token = settings.FEED_TOKENS.get(feed.name, "")
    if feed.token_header and not token:
        raise NoAnswer(f"the feed requires a token, and {feed.token_variable} is not set", outcome="no token")
    is_marked = subscription.marked_url == url and not whole
    return FeedQuery(
        url=url,
        token_header=feed.token_header,
        token=token,
        etag=subscription.etag if is_marked else "",
        last_modified=subscription.last_modified if is_marked else "",
    )


def _parse(
    feed: FeedProvider, response: FeedResponse, subscription: FeedSubscription, *, allow_fewer: bool
) -> Reading | None:
    """Return the parsed response, or None after a 304 (Not Modified). Raises NoAnswer if it is unusable.

    If `allow_fewer` is True, the response may have fewer than half as many matches as the last one.
    """
    if response.unchanged:
        return None
    if complaint := feed.complaint(response.document):
        wait = timedelta(seconds=complaint.wait) if complaint.wait else feed_client.HOUR
        raise NoAnswer(
            f"the request was rejected: {_without_token(complaint.text, feed)}",
            outcome="refused",
            wait=wait,
            for_all=complaint.wait is not None,
        )
    try:
        reading = feed.read(response.document, code=subscription.code, zone=zone_named(subscription.zone))
    except BadAnswer as bad:
        raise NoAnswer(f"the response is unusable: {bad}", outcome="unusable", wait=UNUSABLE) from None
    _require_plausible(reading, feed, subscription, allow_fewer=allow_fewer)
    return reading


def _without_token(text: str, feed: FeedProvider) -> str:
    token = settings.FEED_TOKENS.get(feed.name, "")
    return (text.replace(token, "***") if token else text)[:300]


def _require_plausible(
    reading: Reading, feed: FeedProvider, subscription: FeedSubscription, *, allow_fewer: bool
) -> None:
    """Raise NoAnswer if the response has matches of another competition, or too few matches.

    Too few means fewer than half as many as in the last response. If `allow_fewer` is True, the number of
    matches is not checked.
    """
    wanted = feed.league(subscription.code)
    leagues = {match.league for match in reading.matches if match.league}
    others = {league for league in leagues if league.lower() != wanted.lower()}
    if wanted and others:
        named = ", ".join(sorted(others))
        text = f"the response has matches of {named}, but {wanted} was requested"
        raise NoAnswer(text, outcome="unusable", wait=UNUSABLE)
    if not allow_fewer and reading.entries < subscription.listed / 2:
        raise NoAnswer(
            f"the response has {reading.entries} matches; the last one had {subscription.listed}",
            outcome="unusable",
            wait=UNUSABLE,
        )


def _finish_request(request: FeedRequest, *, outcome: str, size: int = 0) -> None:
    request.answered_at, request.outcome, request.size = timezone.now(), outcome, size
    request.save(update_fields=["answered_at", "outcome", "size"])
