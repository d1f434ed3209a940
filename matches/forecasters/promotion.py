"""One number per team, and where a team that joins later begins."""

from collections import Counter
from dataclasses import dataclass, field

# A league has begun once this many teams have played this often; whoever joins later is new to it.
SETTLED_TEAMS, SETTLED_MATCHES = 6, 10
WEAKEST = 3


@dataclass(slots=True)
class Ladder:
    """Ratings by team. Who comes up takes the place of who goes down: the mean of the three lowest."""

    start: float
    ratings: dict[str, float] = field(default_factory=dict)
    played: Counter[str] = field(default_factory=Counter)

    def rating(self, team: str) -> float:
        """The rating of a team, or the one that it would begin with."""
        known = self.ratings.get(team)
        return self._first_rating() if known is None else known

    def move(self, team: str, by: float) -> None:
        """Correct a team's rating after a match."""
        self.ratings[team] = self.rating(team) + by
        self.played[team] += 1

    def _first_rating(self) -> float:
        settled = sorted(r for team, r in self.ratings.items() if self.played[team] >= SETTLED_MATCHES)
        return sum(settled[:WEAKEST]) / WEAKEST if len(settled) >= SETTLED_TEAMS else self.start
