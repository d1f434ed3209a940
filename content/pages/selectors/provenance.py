"""Provenance labels of boards, pages and roundups: live, archive, mixed or hindsight."""

from collections.abc import Iterable

from matches.models import Match, Prediction
from stats.leaderboards import Board, rows_of

LIVE, ARCHIVE, MIXED, HINDSIGHT = "live", "archive", "mixed", "hindsight"


def of_forecasters(forecaster_ids: Iterable[int], board: Board) -> dict[int, str]:
    """Return the provenance label of each forecaster's row on the board, by forecaster id. One query."""
    rows = rows_of(board).filter(forecaster__in=list(forecaster_ids))
    return dict(rows.values_list("forecaster_id", "made_of"))


def of_match(match: Match) -> str:
    """Return the label of a match's roundup, from all current predictions except hindsight ones."""
    current = Prediction.objects.current().filter(match=match).exclude(provenance=HINDSIGHT)
    return combined(current.values_list("provenance", flat=True).order_by().distinct())


def shared(kinds: Iterable[str]) -> str:
    """Return archive or hindsight if all rows of a page are: its note states it once, so rows have no badges.

    Returns "" for live rows and if rows differ.
    """
    found = set(kinds)
    return found.pop() if found in ({ARCHIVE}, {HINDSIGHT}) else ""


def combined(kinds: Iterable[str]) -> str:
    """Return the label of a page or board that contains rows of these provenances.

    Hindsight rows have their own labels, so they are ignored unless all rows are hindsight. If there are no
    rows, the label is live.
    """
    found = set(kinds)
    if found == {HINDSIGHT}:
        return HINDSIGHT
    found.discard(HINDSIGHT)
    if not found or found == {LIVE}:
        return LIVE
    return ARCHIVE if found == {ARCHIVE} else MIXED
