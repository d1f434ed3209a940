"""Sums of the compared forecasters of one leaderboard and of their pairs, from one version of the views."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from django.db.models import Count, F, Max, Q

from core.db import sql
from matches.models import Season
from stats.analysis.common_matches import unit_of
from stats.inference.adjusted import AdjustedScores, adjusted_scores
from stats.inference.ranks import PairedDifferences
from stats.inference.units import TRILLION, Index, Vector, from_stored
from stats.leaderboards import Board, leaderboard, rows_of
from stats.models import Participant, Provenance, Scope
from stats.refresh import versioned_reads
from stats.refresh.matviews import VERSIONED
from stats.refresh.versioned_reads import Version

MOST_MEMBERS = 200  # compared on one leaderboard: those with most matches
_MEMBERS = sql.read("stats/sql/board_members.sql")
_ROWS = sql.read("stats/sql/board_sums.sql")
_PAIRS = sql.read("stats/sql/board_pairs.sql")
# In the order of the columns of board_sums.sql and board_pairs.sql.
_METRICS = ("average_points", "rps", "brier", "log_score")
ADJUSTED = ("rps", "brier")
# Provenances of pairs that a leaderboard counts.
_PAIRS_OF = {
    Provenance.ALL: ["live", "archive", "mixed"],
    Provenance.LIVE: ["live"],
    Provenance.ARCHIVE: ["archive"],
}


@dataclass(frozen=True, slots=True)
class MetricRows:
    """Rows of a leaderboard in the order of one metric.

    - `members`: members with a rank, best first, as indexes of the arrays in BoardSums
    - `leads`: True if the first of them is also the first of the whole leaderboard
    - `ranked`: number of rows of the whole leaderboard with a rank
    - `most_matches`: largest number of matches of any row of the whole leaderboard
    """

    members: Index
    leads: bool
    ranked: int
    most_matches: int


@dataclass(frozen=True, slots=True)
class BoardSums:
    """Sums of the members of a leaderboard for one provenance; arrays have one entry per member or pair.

    `numbers` are the numbers of the members (BoardMember). `totals`, `squares` and `pairs` are dicts by
    metric, in points or scores. Adjusted scores are computed from `excess` and `weights`, but only if
    `is_complete` is True: if the members are all forecasters of the board.
    """

    version: Version
    forecasters: list[int]
    numbers: Index
    matches: dict[str, Index]
    totals: dict[str, Vector]
    squares: dict[str, Vector]
    excess: dict[str, Vector]
    pairs: dict[str, PairedDifferences]
    weights: Vector
    rows: dict[str, MetricRows]
    is_complete: bool

    def adjusted(self, metric: str) -> AdjustedScores | None:
        """Return the adjusted scores of all members, or None if the members are not all forecasters."""
        if not self.is_complete or not len(self.rows[metric].members):
            return None
        leader = int(self.rows[metric].members[0])
        order = np.r_[leader, np.delete(np.arange(len(self.forecasters)), leader)]
        place = np.argsort(order)
        pairs = self.pairs[metric]
        found = adjusted_scores(
            *(place[pairs.first], place[pairs.second], self.weights),
            *(self.excess[metric][order], self.totals[metric][order], self.matches[metric][order]),
        )
        return AdjustedScores(found.score[place], found.effect[place], found.is_connected[place])


def number_members(board: Board) -> None:
    """Store a BoardMember for each forecaster of the board's panels who has none on this leaderboard yet."""
    sql.fetch_all(_MEMBERS, _values(board))


def read(board: Board) -> list[tuple[Provenance, BoardSums]]:
    """Return the sums of a board by provenance, all from one version of the views.

    `live` and `archive` are left out if their rows are exactly those of all predictions.
    """
    return versioned_reads.read(VERSIONED, partial(_read, board))


def _read(board: Board, version: Version) -> list[tuple[Provenance, BoardSums]]:
    return [
        (provenance, _sums(board, provenance, version))
        for provenance in _PAIRS_OF
        if provenance == Provenance.ALL or _differs(board, provenance)
    ]


def _differs(board: Board, provenance: Provenance) -> bool:
    """Return True if the board of this provenance has rows, and not all are those of all predictions."""
    same = Q(made_of=provenance, after_exposure=0)
    return rows_of(board).exclude(same).exists() and rows_of(board, provenance).exists()


def _sums(board: Board, provenance: Provenance, version: Version) -> BoardSums:
    values = _values(board) | {"provenance": provenance.value, "limit": MOST_MEMBERS + 1}
    found = sql.fetch_all(_ROWS, values)
    columns = _columns(found[:MOST_MEMBERS], 14)
    forecasters = [int(each) for each in columns[0]]
    matches, sums = {}, _by_metric(columns[2:12])
    for name in _METRICS:
        matches[name] = sums[name][0].astype(np.intp)
    pairs, weights = _pairs(board, provenance, forecasters)
    return BoardSums(
        version=version,
        forecasters=forecasters,
        numbers=columns[1].astype(np.intp),
        matches=matches,
        totals={name: sums[name][1] for name in _METRICS},
        squares={name: sums[name][2] for name in _METRICS},
        excess={name: from_stored(columns[12 + at], TRILLION) for at, name in enumerate(ADJUSTED)},
        pairs=pairs,
        weights=weights,
        rows={name: _ranked(board, provenance, name, forecasters) for name in _METRICS},
        is_complete=_is_complete(board, len(found)),
    )


def _pairs(
    board: Board, provenance: Provenance, forecasters: list[int]
) -> tuple[dict[str, PairedDifferences], Vector]:
    values = _values(board) | {
        "provenances": _PAIRS_OF[provenance],
        "is_whole": provenance == Provenance.ALL,
        "forecasters": forecasters,
    }
    columns = _columns(sql.fetch_all(_PAIRS, values), 13)
    first, second = (each.astype(np.intp) for each in columns[:2])
    pairs = {
        name: PairedDifferences(first, second, matches.astype(np.intp), total, squares)
        for name, (matches, total, squares) in _by_metric(columns[2:12]).items()
    }
    return pairs, from_stored(columns[12], TRILLION)


def _by_metric(columns: Sequence[Vector]) -> dict[str, tuple[Vector, Vector, Vector]]:
    """Return matches, totals and squares of each metric, given two columns of matches and two per metric."""
    score_matches, probability_matches, *sums = columns
    found = {}
    for at, name in enumerate(_METRICS):
        matches = score_matches if name == "average_points" else probability_matches
        total, squares = (from_stored(each, unit_of(name)) for each in sums[2 * at : 2 * at + 2])
        found[name] = matches, total, squares
    return found


def _columns(rows: Sequence[Sequence[int]], count: int) -> list[Vector]:
    return list(np.array(rows, dtype=np.float64).reshape(-1, count).T)


def _values(board: Board) -> dict[str, object]:
    return {
        "scope": str(board.scope),
        "scope_id": board.scope_id,
        "season": board.scope_id if board.scope == Scope.SEASON else None,
        "competition": board.scope_id if board.scope == Scope.COMPETITION else None,
    }


def _ranked(board: Board, provenance: Provenance, metric: str, forecasters: list[int]) -> MetricRows:
    has_rank = Q(is_provisional=False, **{f"{metric}__isnull": False})
    kind = "score_matches" if metric == "average_points" else "probability_matches"
    whole = rows_of(board, provenance).aggregate(
        ranked=Count("forecaster_id", filter=has_rank), most_matches=Max(F(kind), default=0)
    )
    rows = leaderboard(board, ordering=metric, provenance=provenance).filter(has_rank)
    found = rows.filter(forecaster__in=forecasters).values_list("forecaster_id", flat=True)
    position = {forecaster: at for at, forecaster in enumerate(forecasters)}
    members = np.array([position[each] for each in found], dtype=np.intp)
    first = rows.values_list("forecaster_id", flat=True).first()
    return MetricRows(members, leads=len(members) > 0 and forecasters[members[0]] == first, **whole)


def _is_complete(board: Board, found: int) -> bool:
    """Return True if no forecaster of the board is missing: outside of a panel, or above MOST_MEMBERS.

    `found` is the number of forecasters before the limit was applied.
    """
    seasons = Season.objects.all()
    if board.scope == Scope.SEASON:
        seasons = seasons.filter(pk=board.scope_id)
    elif board.scope == Scope.COMPETITION:
        seasons = seasons.filter(competition=board.scope_id)
    outside = Participant.objects.filter(season__in=seasons, role=Participant.Role.OUTSIDE)
    return found <= MOST_MEMBERS and not outside.exists()
