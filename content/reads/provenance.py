"""Which boards rest on archive predictions: whoever reads a board must be told."""

from collections import defaultdict
from collections.abc import Iterable

from matches.models import Match, Prediction
from stats.leaderboards import Board, rows_of

LIVE, ARCHIVE, MIXED = "live", "archive", "mixed"


def of_forecasters(forecaster_ids: Iterable[int], board: Board) -> dict[int, str]:
    """For each forecaster on the board: live, archive, or mixed. One query however many there are."""
    apart = rows_of(board).filter(forecaster__in=list(forecaster_ids), provenance__in=[LIVE, ARCHIVE])
    kinds: dict[int, set[str]] = defaultdict(set)
    for forecaster_id, kind in apart.values_list("forecaster_id", "provenance"):
        kinds[forecaster_id].add(kind)
    return {forecaster_id: together(found) for forecaster_id, found in kinds.items()}


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
