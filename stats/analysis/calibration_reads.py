"""Stored calibration reports of a leaderboard, for the API and the pages."""

from django.db.models import QuerySet

from matches.models import Forecaster
from stats.leaderboards import Board
from stats.models import CalibrationReport, Provenance


def of_board(board: Board) -> QuerySet[CalibrationReport]:
    """Return the reports of a leaderboard, best RPS first, without their curves."""
    found = CalibrationReport.objects.filter(scope=board.scope, scope_id=board.scope_id)
    rows = found.select_related("forecaster").defer("curves", "sharpness")
    return rows.order_by("parts__rps__score", "forecaster__name")


def listed(board: Board, provenance: str | None) -> tuple[str, list[CalibrationReport]]:
    """Return the provenance and its reports. One query.

    The default is live if there is any report of live predictions, else archive (back-tests).
    """
    reports = list(of_board(board))
    has_live = any(each.provenance == Provenance.LIVE for each in reports)
    chosen = provenance or ("live" if has_live else "archive")
    return chosen, [each for each in reports if each.provenance == chosen]


def of_forecaster(
    forecaster: Forecaster, board: Board, provenance: str | None = None
) -> CalibrationReport | None:
    """Return a forecaster's report with its curves, or None.

    Without `provenance`, return the report of live predictions if there is one.
    """
    found = CalibrationReport.objects.filter(
        forecaster=forecaster, scope=board.scope, scope_id=board.scope_id
    ).select_related("forecaster")
    if provenance:
        found = found.filter(provenance=provenance)
    return found.order_by("-provenance").first()
