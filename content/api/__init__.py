"""REST API of the content app: roundups, digests, the search, and the detail view of a match."""

from content.api.digests import DigestViewSet
from content.api.match_detail import MatchStoryViewSet
from content.api.roundups import RoundupViewSet
from content.api.search import SearchView

__all__ = ["DigestViewSet", "MatchStoryViewSet", "RoundupViewSet", "SearchView"]
