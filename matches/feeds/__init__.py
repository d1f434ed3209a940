"""Feeds: one module for each format, behind one protocol (`base.Feed`)."""

from matches.feeds.api_football import ApiFootball
from matches.feeds.base import Feed
from matches.feeds.football_data import FootballData
from matches.feeds.openfootball import OpenFootball
from matches.feeds.openligadb import OpenLigaDB

FEEDS: dict[str, Feed] = {
    feed.name: feed for feed in (FootballData(), ApiFootball(), OpenLigaDB(), OpenFootball())
}

__all__ = ["FEEDS", "Feed"]
