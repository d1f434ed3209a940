"""Which boards rest on archive predictions: whoever reads a board must be told."""

from collections.abc import Iterable

from matches.models import Match, Prediction
from stats.leaderboards import Board, rows_of

LIVE, ARCHIVE, MIXED = "live", "archive", "mixed"


def of_forecasters(forecaster_ids: Iterable[int], board: Board) -> dict[int, str]:
    """For each forecaster on the board: live, archive, or mixed. One query however many there are."""
    rows = rows_of(board).filter(forecaster__in=list(forecaster_ids))
    return dict(rows.values_list("forecaster_id", "made_of"))


def of_match(match: Match) -> str:
    """What the current predictions of a match are: live, archive, or mixed."""
    current = Prediction.objects.current().filter(match=match)
    return together(current.values_list("provenance", flat=True).order_by().distinct())


def together(kinds: Iterable[str]) -> str:
    """What to call a board made of rows of these kinds."""
    found = set(kinds)
    if not found or found == {LIVE}:
        return LIVE
    return ARCHIVE if found == {ARCHIVE} else MIXED
