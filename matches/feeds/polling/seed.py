"""Seed the Feed table with the feeds that this version supports."""

from typing import Any

from django.apps import apps as installed_apps
from django.db import DEFAULT_DB_ALIAS

from matches.feeds.providers import FEEDS
from matches.models import Feed


class FeedUnknown(LookupError):
    """No feed has this name."""


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
    """Return the feed of that name. Raises FeedUnknown, with the names of all feeds."""
    if name not in FEEDS:
        raise FeedUnknown(f"There is no feed {name!r}; there are {', '.join(FEEDS)}.")
    ensure_feeds()
    return Feed.objects.get(name=name)
