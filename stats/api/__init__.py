"""The REST API of the stats app: the leaderboards and the league tables."""

from stats.api.leaderboards import LeaderboardFilters, LeaderboardRowSerializer, LeaderboardViewSet
from stats.api.standings import StandingsViewSet

__all__ = ["LeaderboardFilters", "LeaderboardRowSerializer", "LeaderboardViewSet", "StandingsViewSet"]
