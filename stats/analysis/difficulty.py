"""The hardest and easiest matches of a season by expected RPS, and its biggest upsets."""

from dataclasses import dataclass

from stats.leaderboards import Board
from stats.models import MatchDifficulty, Scope

SHOWN = 5
LEAST = 2 * SHOWN  # matches; then no match is both among the hardest and among the easiest


@dataclass(frozen=True, slots=True)
class Difficulties:
    """The SHOWN hardest and easiest matches of a season, and its biggest upsets, the most extreme first."""

    hardest: list[MatchDifficulty]
    easiest: list[MatchDifficulty]
    upsets: list[MatchDifficulty]


def difficulties(board: Board) -> Difficulties | None:
    """Return the matches of a season; None for other leaderboards, and if fewer than LEAST were rated."""
    if board.scope != Scope.SEASON:
        return None
    found = MatchDifficulty.objects.filter(match__season=board.scope_id)
    rows = found.select_related("match__home_team", "match__away_team").order_by("-rps", "match")
    hardest = list(rows[:LEAST])
    if len(hardest) < LEAST:
        return None
    upsets = rows.order_by("outcome_probability", "match")[:SHOWN]
    return Difficulties(hardest[:SHOWN], list(rows.reverse()[:SHOWN]), list(upsets))
