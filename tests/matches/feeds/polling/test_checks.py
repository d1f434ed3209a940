"""A feed that could not be polled stops `check`, and so every process, before the first poll."""

from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from matches.feeds.polling.checks import feeds_are_complete
from matches.feeds.providers import FEEDS
from matches.feeds.providers.openligadb import OpenLigaDB


def fifth(**changes: object) -> OpenLigaDB:
    """A feed of its own, complete but for its settings."""
    feed = OpenLigaDB()
    for name, value in {"name": "fifth", **changes}.items():
        setattr(feed, name, value)
    return feed


def errors() -> list[str]:
    return [error.msg for error in feeds_are_complete()]


def test_the_feeds_of_this_version_are_complete():
    assert errors() == []


def test_a_fifth_feed_without_settings_does_not_pass_check(monkeypatch):
    monkeypatch.setitem(FEEDS, "fifth", fifth())

    with pytest.raises(CommandError, match="Feed 'fifth': FEED_URLS in "):
        call_command("check")


def test_a_fifth_feed_with_its_settings_passes(monkeypatch, settings):
    monkeypatch.setitem(FEEDS, "fifth", fifth(token_header="X-Token"))
    settings.FEED_URLS = {**settings.FEED_URLS, "fifth": "https://fifth.example"}
    settings.FEED_TOKENS = {**settings.FEED_TOKENS, "fifth": ""}

    assert errors() == []


@pytest.mark.parametrize(
    ("feed", "says"),
    [
        (fifth(token_header="X-Token"), "FEED_TOKENS in config/settings.py has no entry"),
        (fifth(name="sixth"), "registered under another name than its own, 'sixth'"),
        (fifth(per_day=0), "per_minute and per_day must be at least 1"),
        (SimpleNamespace(name="fifth", title="Fifth"), "it lacks per_minute, per_day, token_header"),
    ],
)
def test_whatever_a_feed_lacks_is_named(feed, says, monkeypatch, settings):
    monkeypatch.setitem(FEEDS, "fifth", feed)
    settings.FEED_URLS = {**settings.FEED_URLS, "fifth": "https://fifth.example"}

    (error,) = errors()

    assert says in error


def test_an_address_that_cannot_be_used_is_named(monkeypatch, settings):
    settings.FEED_URLS = {**settings.FEED_URLS, "openligadb": "ftp://feeds.example"}

    (error,) = errors()

    assert error.startswith("Feed 'openligadb': its address in FEED_URLS must be")
