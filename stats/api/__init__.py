"""The REST API of the stats app: the leaderboards and the league tables."""

from stats.api.leaderboards import LeaderboardRowSerializer, LeaderboardViewSet
from stats.api.standings import StandingsViewSet

__all__ = ["LeaderboardRowSerializer", "LeaderboardViewSet", "StandingsViewSet"]
