"""System check: report feeds that are configured incompletely and so could not be polled."""

from collections.abc import Iterator
from typing import Any, get_type_hints

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from core.http.outbound_urls import url_error
from matches.feeds.providers import FEEDS, FeedProvider

METHODS = ("path", "league", "complaint", "read")


@register
def feeds_are_complete(**_: Any) -> list[CheckMessage]:
    """Return an error for each missing attribute, method or setting of a registered feed."""
    faults = [f"Feed {name!r}: {fault}" for name, feed in FEEDS.items() for fault in _faults(name, feed)]
    return [Error(fault, id="final_whistle.E010") for fault in faults]


def _faults(name: str, feed: FeedProvider) -> Iterator[str]:
    missing = [each for each in (*get_type_hints(FeedProvider), *METHODS) if not hasattr(feed, each)]
    if missing:
        yield f"it lacks {', '.join(missing)}; see matches.feeds.providers.feed_format.FeedProvider."
        return
    if feed.name != name:
        yield f"it is registered under another name than its own, {feed.name!r}."
    if min(feed.per_minute, feed.per_day) < 1:
        yield "per_minute and per_day must be at least 1."
    if not (address := settings.FEED_URLS.get(name)):
        yield f"FEED_URLS in config/settings.py has no address for it; add {name!r}."
    elif fault := url_error(address):
        yield f"its address in FEED_URLS {fault}."
    if feed.token_header and name not in settings.FEED_TOKENS:
        yield f"it requires a token, and FEED_TOKENS in config/settings.py has no entry for it; add {name!r}."
