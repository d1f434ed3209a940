"""REST API of the content app: roundups, and the detail view of a match."""

from content.api.match_detail import MatchStoryViewSet
from content.api.roundups import RoundupViewSet

__all__ = ["MatchStoryViewSet", "RoundupViewSet"]
