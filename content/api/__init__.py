"""The REST API of the content app: roundups, and what needs all apps below: a match's story, the status."""

from content.api.match_detail import MatchStoryViewSet
from content.api.roundups import RoundupViewSet
from content.api.status import StatusView

__all__ = ["MatchStoryViewSet", "RoundupViewSet", "StatusView"]
