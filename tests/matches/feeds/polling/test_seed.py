"""A feed that could not be polled stops `check`, and so every process, before the first poll."""

import pytest
from django.core.management import CommandError, call_command

from matches.feeds.polling.seed import feeds_are_complete
from matches.feeds.providers import FEEDS
from matches.feeds.providers.openligadb import OpenLigaDB


def fifth(**changes: object) -> OpenLigaDB:
    """A complete feed of its own, but for these attributes."""
    feed = OpenLigaDB()
    for name, value in {"name": "fifth", **changes}.items():
        setattr(feed, name, value)
    return feed


class WithoutTitle(OpenLigaDB):
    name, title = "fifth", property()


def errors() -> list[str]:
    return [error.msg for error in feeds_are_complete()]


def test_the_feeds_of_this_version_are_complete():
    assert errors() == []


def test_the_environment_variables_of_a_feed_follow_from_its_name():
    feed = FEEDS["football-data"]

    assert (feed.url_variable, feed.token_variable) == ("FOOTBALL_DATA_URL", "FOOTBALL_DATA_TOKEN")


def test_an_incomplete_feed_does_not_pass_check(monkeypatch):
    monkeypatch.setitem(FEEDS, "fifth", fifth(per_day=0))

    with pytest.raises(CommandError, match="Feed 'fifth': per_minute and per_day must be at least 1"):
        call_command("check")


def test_a_fifth_feed_passes(monkeypatch):
    monkeypatch.setitem(FEEDS, "fifth", fifth(token_header="X-Token"))

    assert errors() == []


def test_a_missing_attribute_is_named(monkeypatch):
    monkeypatch.setitem(FEEDS, "fifth", WithoutTitle())

    (error,) = errors()

    assert error.startswith("Feed 'fifth': it lacks title; see ")


def test_an_unusable_url_is_named(settings):
    settings.FEED_URLS = {**settings.FEED_URLS, "openligadb": "ftp://feeds.example"}

    (error,) = errors()

    assert error.startswith("Feed 'openligadb': its URL (OPENLIGADB_URL) must be")
