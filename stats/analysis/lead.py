"""The matches on which the lead of a leaderboard depends."""

from dataclasses import dataclass

from matches.models import Forecaster
from stats.analysis.common_matches import CommonMatch, common_matches
from stats.inference.fragility import matches_the_lead_hangs_on
from stats.leaderboards import Board, leaderboard


@dataclass(frozen=True, slots=True)
class BoardLead:
    """Lead of the first forecaster over the second by points in their common matches.

    `points` is the first's points minus the second's. `matches` are the fewest common matches without which
    the second would be ahead, the largest advantage first: empty if the second is ahead with them, and None
    if no set of matches suffices. Only the newest 2,000 common matches are considered.
    """

    first: Forecaster
    second: Forecaster
    common: int
    points: int
    matches: list[CommonMatch] | None


def lead_of(board: Board) -> BoardLead | None:
    """Return the lead on a board in its default order, or None without two ranked rows. Two queries."""
    rows = [row for row in leaderboard(board)[:2] if row.average_rank is not None]
    if len(rows) < 2:
        return None
    first, second = (row.forecaster for row in rows)
    found = common_matches(first.pk, second.pk, board)
    matches = [each for each in found if each.difference("average_points") is not None]
    advantages = [each.difference("average_points") or 0 for each in matches]
    needed = matches_the_lead_hangs_on(advantages)
    decisive = None if needed is None else [matches[place] for place in needed.tolist()]
    return BoardLead(first, second, len(matches), sum(advantages), decisive)
