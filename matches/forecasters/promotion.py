"""Ratings by team, with an initial rating for teams that join the league later."""

from collections import Counter
from dataclasses import dataclass, field

# Teams that appear once this many teams have played this many matches are treated as promoted.
SETTLED_TEAMS, SETTLED_MATCHES = 6, 10
WEAKEST = 3


@dataclass(slots=True)
class Ladder:
    """Ratings by team. A promoted team starts with the mean of the three lowest established ratings."""

    start: float
    ratings: dict[str, float] = field(default_factory=dict)
    played: Counter[str] = field(default_factory=Counter)

    def rating(self, team: str) -> float:
        """Return the rating of a team, or its initial rating if it is new."""
        known = self.ratings.get(team)
        return self._first_rating() if known is None else known

    def move(self, team: str, by: float) -> None:
        """Change a team's rating after a match."""
        self.ratings[team] = self.rating(team) + by
        self.played[team] += 1

    def _first_rating(self) -> float:
        settled = sorted(r for team, r in self.ratings.items() if self.played[team] >= SETTLED_MATCHES)
        return sum(settled[:WEAKEST]) / WEAKEST if len(settled) >= SETTLED_TEAMS else self.start
