"""Columns about chance in leaderboard rows (from BoardInference), and the reasons if they are empty."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from core.db import sql
from stats.leaderboards import Selection
from stats.metrics import ADJUSTED
from stats.models import Provenance, Scope

# Orders for which intervals and ranks are computed (stats/analysis/board_sums.py).
ORDERINGS = ("average_points", "rps", "brier", "log_score", *ADJUSTED)


class RowInference(NamedTuple):
    """Columns of one row, or None: with too few matches, or for a reason in WHY_NOT."""

    low: float | None = None
    high: float | None = None
    mean_low: float | None = None
    mean_high: float | None = None
    rank_best: int | None = None
    rank_worst: int | None = None
    tier: int | None = None
    matches_needed: int | None = None
    adjusted: float | None = None
    common: int | None = None
    coverage: float | None = None


NOTHING_STATED = RowInference()
_COLUMNS = ", ".join(RowInference._fields)
# All rows of the board at once: with a subquery per row the leaderboard takes three times as long. Rows for
# one provenance are stored only if the board's rows of this provenance differ from those of all predictions.
_STATED = f"""(
    SELECT json_build_array(max(data_version), max(as_of), count(tier), count(tier) FILTER (WHERE tier = 1),
                            json_agg(json_build_array(forecaster_id, {_COLUMNS})))::text
    FROM stats_boardinference
    WHERE scope = %s AND scope_id = %s AND ordering = %s AND provenance = ANY(%s)
    GROUP BY provenance ORDER BY provenance = 'all' LIMIT 1
)"""
HELP = {
    "low": "Lower end of the 95 % interval of the row's score minus the leader's, over their common "
    "matches. The interval may be looked at after every match.",
    "high": "Upper end of that interval.",
    "mean_low": "Lower end of the 95 % interval of the row's own average.",
    "mean_high": "Upper end of that interval.",
    "rank_best": "Best possible rank: 1 + the number of forecasters that are better by more than chance.",
    "rank_worst": "Worst possible rank.",
    "tier": "1 if no forecaster is better by more than chance, else 1 + the largest tier of the better ones.",
    "matches_needed": "Further common matches that would separate this row from the next, if averages and "
    "spread stay as they are. Null above 10,000.",
    "adjusted": "RPS or Brier score adjusted for the difficulty of the matches that were predicted. Null in "
    "other orders, and on boards with more than 200 forecasters.",
    "common": "Number of common matches with the leader.",
    "coverage": "The row's matches, divided by the most matches of any row (0 to 1).",
}
WHY_NOT = {
    "team": "Intervals are computed for leaderboards of a season, a competition and overall.",
    "hindsight": "There are no intervals for predictions that were made when the result could be known.",
    "filter": "Intervals and possible ranks belong to the whole leaderboard: omit `kind` and `min_matches`.",
    "ordering": f"There are intervals for the orders {', '.join(ORDERINGS)}.",
    "common": "The figures are averages over common matches; compare two forecasters for their interval.",
    "waiting": "They are computed seconds after the first match of the leaderboard is counted.",
}


@dataclass(frozen=True, slots=True)
class InferenceState:
    """Data version and time of the columns of a leaderboard, or the reason why they are empty.

    `compared` is the number of forecasters with enough matches for a statement, `in_first_tier` the number of
    those with tier 1. If there are no columns, `why_not` is a key of WHY_NOT, and the others are None or 0.
    """

    why_not: str | None
    data_version: int | None = None
    as_of: datetime | None = None
    compared: int = 0
    in_first_tier: int = 0

    @classmethod
    def of(
        cls, selection: Selection, stored: list[Any] | None
    ) -> tuple["InferenceState", dict[int, RowInference]]:
        """Return the state and the columns by forecaster id, given the value of `expression`, or None."""
        why_not = _why_not(selection) or (None if stored else "waiting")
        if why_not or stored is None:
            return cls(why_not), {}
        version, as_of, compared, in_first_tier, rows = stored
        state = cls(None, version, datetime.fromisoformat(as_of) if as_of else None, compared, in_first_tier)
        return state, {forecaster_id: RowInference(*columns) for forecaster_id, *columns in rows}


def _why_not(selection: Selection) -> str | None:
    if selection.board.scope == Scope.TEAM:
        return "team"
    if selection.provenance == Provenance.HINDSIGHT:
        return "hindsight"
    if selection.kind or selection.min_matches is not None:
        return "filter"
    return None if selection.ordering in ORDERINGS else "ordering"


def expression(selection: Selection) -> sql.Statement:
    """Return an SQL expression for what is stored about a leaderboard: a JSON array as text, or null.

    Its items are the values of InferenceState without `why_not`, and a list of rows. Each row contains the
    id of the forecaster, then the columns of RowInference.
    """
    if _why_not(selection):
        return "NULL::text", []
    board = selection.board
    provenances = sorted({str(selection.provenance), Provenance.ALL.value})
    return _STATED, [str(board.scope), board.scope_id, selection.ordering, provenances]
