"""REST API of the content app: roundups, digests, and the detail view of a match."""

from content.api.digests import DigestViewSet
from content.api.match_detail import MatchStoryViewSet
from content.api.roundups import RoundupViewSet

__all__ = ["DigestViewSet", "MatchStoryViewSet", "RoundupViewSet"]
