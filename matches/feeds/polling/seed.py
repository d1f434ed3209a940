"""The feeds that this version supports: their rows in the database, and a system check of each."""

from collections.abc import Iterator
from typing import Any, get_type_hints

from django.apps import apps as installed_apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import DEFAULT_DB_ALIAS

from core.http.outbound_urls import url_error
from matches.feeds.providers import FEEDS, FeedProvider
from matches.models import Feed


def ensure_feeds(*, apps: Any = installed_apps, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Create missing Feed rows with their default rate limits. Runs after every migrate."""
    try:
        rows = apps.get_model("matches", "Feed").objects.using(using)
    except LookupError:  # migrated back to a state without feeds
        return
    known = set(rows.values_list("name", flat=True))
    missing = [feed for feed in FEEDS.values() if feed.name not in known]
    made = [rows.model(name=each.name, per_minute=each.per_minute, per_day=each.per_day) for each in missing]
    rows.bulk_create(made, ignore_conflicts=True)


def feed_named(name: str) -> Feed:
    """Return the Feed row of a supported feed. Creates missing rows first."""
    ensure_feeds()
    return Feed.objects.get(name=name)


@register
def feeds_are_complete(**_: Any) -> list[CheckMessage]:
    """System check: return an error for each feed with missing attributes, and for each invalid setting."""
    faults = [f"Feed {name!r}: {fault}" for name, feed in FEEDS.items() for fault in _faults(feed)]
    return [Error(fault, id="final_whistle.E010") for fault in faults]


def _faults(feed: FeedProvider) -> Iterator[str]:
    missing = [name for name in get_type_hints(FeedProvider) if not hasattr(feed, name)]
    if missing:
        yield f"it lacks {', '.join(missing)}; see matches.feeds.providers.provider.FeedProvider."
        return
    if min(feed.per_minute, feed.per_day) < 1:
        yield "per_minute and per_day must be at least 1."
    if fault := url_error(settings.FEED_URLS.get(feed.name, feed.url)):
        yield f"its URL ({feed.url_variable}) {fault}."
