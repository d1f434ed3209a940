"""Labels of boards and pages that contain archive or hindsight predictions."""

from collections.abc import Iterable

from matches.models import Match, Prediction
from stats.leaderboards import Board, rows_of

LIVE, ARCHIVE, MIXED, HINDSIGHT = "live", "archive", "mixed", "hindsight"


def of_forecasters(forecaster_ids: Iterable[int], board: Board) -> dict[int, str]:
    """Return live, archive or mixed for each forecaster on the board. One query."""
    rows = rows_of(board).filter(forecaster__in=list(forecaster_ids))
    return dict(rows.values_list("forecaster_id", "made_of"))


def of_match(match: Match) -> str:
    """Return live, archive or mixed for the predictions that a roundup of the match is about."""
    current = Prediction.objects.current().filter(match=match).exclude(provenance=HINDSIGHT)
    return combined(current.values_list("provenance", flat=True).order_by().distinct())


def combined(kinds: Iterable[str]) -> str:
    """Return the label of a board or page with rows of these kinds.

    Hindsight rows are labelled individually; the page has that label only if it contains nothing else.
    """
    found = set(kinds)
    if found == {HINDSIGHT}:
        return HINDSIGHT
    found.discard(HINDSIGHT)
    if not found or found == {LIVE}:
        return LIVE
    return ARCHIVE if found == {ARCHIVE} else MIXED
