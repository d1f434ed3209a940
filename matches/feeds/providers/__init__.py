"""Feed providers: one module per format; all implement `provider.FeedProvider`."""

from matches.feeds.providers.api_football import ApiFootball
from matches.feeds.providers.football_data import FootballData
from matches.feeds.providers.openfootball import OpenFootball
from matches.feeds.providers.openligadb import OpenLigaDB
from matches.feeds.providers.provider import FeedProvider

FEEDS: dict[str, FeedProvider] = {
    feed.name: feed for feed in (FootballData(), ApiFootball(), OpenLigaDB(), OpenFootball())
}

__all__ = ["FEEDS", "FeedProvider"]
