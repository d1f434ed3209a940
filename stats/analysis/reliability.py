"""Computation of calibration reports from calibration cells; the job `compute_calibration` calls it."""

import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.db import sql
from matches.models import Season
from stats.analysis.jobs import boards_of
from stats.inference import calibration
from stats.inference.calibration import Cells, ReliabilityCurve
from stats.leaderboards import Board
from stats.models import CalibrationReport, Participant, Scope

TIME_LIMIT = 30  # seconds; reports that are not computed by then are left for the next run
OUTCOMES = ("home", "draw", "away")
GRID = 20  # besides its steps, a stored curve has a point in each of this many equal ranges of probability
_CELLS = sql.read("stats/sql/board_cells.sql")
_FIELDS = ["matches", "parts", "curves", "sharpness", "cells_hash", "computed_at"]


class _BoardCells(NamedTuple):
    """Row of board_cells.sql: arrays with one entry per cell."""

    forecaster_id: int
    provenance: str
    matches: int
    outcomes: list[str]
    thousandths: list[int]
    predictions: list[int]
    hits: list[int]
    hash: str

    def of(self, outcome: str) -> Cells:
        """Return the cells of one outcome."""
        chosen = np.array(self.outcomes) == outcome
        columns = (np.array(each)[chosen] for each in (self.thousandths, self.predictions, self.hits))
        return calibration.cells_of(*columns)


class Computed(NamedTuple):
    """Result of one run: new reports, and ids of reports to delete.

    `is_partial` is True if reports are left to compute.
    """

    reports: list[CalibrationReport]
    outdated: list[int]
    is_partial: bool


def compute(season: Season, *, at: datetime) -> Computed:
    """Compute the reports of a season's panel whose cells changed, on all boards that include the season.

    Stops after TIME_LIMIT seconds.
    """
    until = time.monotonic() + TIME_LIMIT
    reports: list[CalibrationReport] = []
    outdated: list[int] = []
    members = Participant.objects.filter(season=season).exclude(role=Participant.Role.OUTSIDE)
    panel = set(members.values_list("forecaster_id", flat=True))
    for board in boards_of(season):
        stored = _stored(board)
        for row in _rows(board, season):
            _, former_hash = stored.pop((row.forecaster_id, row.provenance), (0, ""))
            if former_hash == row.hash:
                continue
            if time.monotonic() > until:
                return Computed(reports, outdated, is_partial=True)
            reports.append(_report(board, row, at))
        # Other boards also have reports of forecasters who are only in the panels of other seasons.
        is_own_board = board.scope == Scope.SEASON
        outdated += [
            report_id
            for (forecaster_id, _), (report_id, _) in stored.items()
            if is_own_board or forecaster_id in panel
        ]
    return Computed(reports, outdated, is_partial=False)


def store(computed: Computed) -> None:
    """Write new reports over those of the same forecaster, board and provenance; delete outdated ones."""
    CalibrationReport.objects.filter(pk__in=computed.outdated).delete()
    CalibrationReport.objects.bulk_create(
        computed.reports,
        update_conflicts=True,
        unique_fields=["scope", "scope_id", "provenance", "forecaster"],
        update_fields=_FIELDS,
    )


def _stored(board: Board) -> dict[tuple[int, str], tuple[int, str]]:
    found = CalibrationReport.objects.filter(scope=board.scope, scope_id=board.scope_id)
    rows = found.values_list("forecaster_id", "provenance", "pk", "cells_hash")
    return {(forecaster, provenance): (pk, cells_hash) for forecaster, provenance, pk, cells_hash in rows}


def _rows(board: Board, season: Season) -> Iterator[_BoardCells]:
    values = {
        "season": board.scope_id if board.scope == Scope.SEASON else None,
        "competition": board.scope_id if board.scope == Scope.COMPETITION else None,
        "panel": season.pk,
        "least": calibration.MIN_MATCHES,
    }
    return (_BoardCells(*row) for row in sql.fetch_all(_CELLS, values))


def _report(board: Board, row: _BoardCells, at: datetime) -> CalibrationReport:
    cells = {outcome: row.of(outcome) for outcome in OUTCOMES}
    rps = calibration.rps_parts(cells["home"], cells["away"])
    brier = calibration.brier_parts(*cells.values())
    curves = {outcome: calibration.reliability_curve(each) for outcome, each in cells.items()}
    return CalibrationReport(
        scope=board.scope,
        scope_id=board.scope_id,
        forecaster_id=row.forecaster_id,
        provenance=row.provenance,
        matches=row.matches,
        parts={name: asdict(parts) if parts else None for name, parts in (("rps", rps), ("brier", brier))},
        curves={outcome: points(curve) for outcome, curve in curves.items() if curve},
        sharpness={outcome: calibration.sharpness(each).tolist() for outcome, each in cells.items()},
        cells_hash=row.hash,
        computed_at=at,
    )


def points(curve: ReliabilityCurve) -> dict[str, Any]:
    """Return a curve as lists of rounded numbers.

    The points suffice to draw the curve exactly, and its band approximately.
    """
    kept = _needed(curve)
    columns = {
        "probability": curve.probability,
        "recalibrated": curve.recalibrated,
        "low": curve.band_low,
        "high": curve.band_high,
    }
    return {name: [round(value, 4) for value in each[kept].tolist()] for name, each in columns.items()}


def _needed(curve: ReliabilityCurve) -> NDArray[np.bool_]:
    """Return a mask of the points to store: first and last of each step, and first of each range of GRID."""
    is_step = np.diff(curve.recalibrated) != 0
    is_grid = np.diff(np.floor(curve.probability * GRID)) != 0
    needed = np.ones(len(curve.probability), dtype=np.bool_)
    needed[1:-1] = (is_step | is_grid)[:-1] | is_step[1:]
    return needed
