"""Intervals, ranks, tiers and adjusted scores of a leaderboard, for the job `compute_board_inference`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.db import sql
from stats.analysis import board_sums
from stats.analysis.board_sums import ADJUSTED, BoardSums, MetricRows
from stats.inference.adjusted import AdjustedScores
from stats.inference.confidence_sequences import MIN_MATCHES, interval
from stats.inference.ranks import PairedDifferences, board_ranges
from stats.inference.units import Index, Vector
from stats.leaderboards import Board
from stats.metrics import BY_NAME
from stats.models import BoardInference, Provenance, Scope

_DIFFICULTY = sql.read("stats/sql/match_difficulty.sql")
_HISTORY = sql.read("stats/sql/board_history.sql")
_KEY = ["scope", "scope_id", "provenance", "ordering", "forecaster"]
_FIELDS = [field.name for field in BoardInference._meta.concrete_fields if field.name not in {*_KEY, "pk"}]
_INTEGERS = {"rank_best", "rank_worst", "tier", "matches_needed", "common"}


@dataclass(frozen=True, slots=True)
class ComputedInference:
    """Result for one leaderboard: its rows, and for a season the effect of each forecaster on the RPS.

    `effects` is empty for other leaderboards, and if there are no adjusted scores.
    """

    board: Board
    rows: list[BoardInference]
    effects: dict[int, float]


def compute(board: Board) -> ComputedInference:
    """Compute the rows of a leaderboard for each provenance and order, from one version of the views.

    Before that, forecasters who joined since the last run get their numbers (BoardMember).
    """
    board_sums.number_members(board)
    rows: list[BoardInference] = []
    effects: dict[int, float] = {}
    for provenance, sums in board_sums.read(board):
        adjusted = {name: sums.adjusted(name) for name in ADJUSTED}
        rows += _rows(board, provenance, sums, adjusted)
        if provenance == Provenance.ALL and board.scope == Scope.SEASON and adjusted["rps"]:
            effects = _effects(sums, adjusted["rps"])
    return ComputedInference(board, rows, effects)


def store(computed: ComputedInference) -> None:
    """Store the rows of the leaderboard: overwrite existing ones, delete those that were not computed again.

    For a season, also store the difficulties of its matches and the course of its leaderboard (BoardHistory).
    """
    board = computed.board
    stored = BoardInference.objects.filter(scope=board.scope, scope_id=board.scope_id)
    stored.exclude(pk__in=[row.pk for row in computed.rows]).delete()
    BoardInference.objects.bulk_create(
        computed.rows, update_conflicts=True, unique_fields=_KEY, update_fields=_FIELDS
    )
    if board.scope == Scope.SEASON:
        _store_difficulty(board.scope_id, computed.effects)
        sql.fetch_all(_HISTORY, {"season": board.scope_id})


def _rows(
    board: Board, provenance: Provenance, sums: BoardSums, adjusted: dict[str, AdjustedScores | None]
) -> Iterator[BoardInference]:
    for metric, rows in sums.rows.items():
        scores = adjusted.get(metric)
        orders = {metric: rows}
        if scores:
            orders[f"adjusted_{metric}"] = _by_adjusted(rows, scores)
        for ordering, ordered in orders.items():
            columns = _columns(metric, sums, ordered, scores)
            for at, member in enumerate(ordered.members.tolist()):
                yield BoardInference(
                    scope=board.scope,
                    scope_id=board.scope_id,
                    provenance=provenance,
                    ordering=ordering,
                    forecaster_id=sums.forecasters[member],
                    data_version=sums.version.number,
                    as_of=sums.version.as_of,
                    **{name: _value(name, column[at]) for name, column in columns.items()},
                )


def _by_adjusted(rows: MetricRows, scores: AdjustedScores) -> MetricRows:
    """Return the rows with an adjusted score, lowest first; rows with equal scores keep their order."""
    members = rows.members[scores.is_connected[rows.members]]
    order = np.argsort(scores.score[members], kind="stable")
    return MetricRows(members[order], True, rows.ranked, rows.most_matches)


def _columns(
    metric: str, sums: BoardSums, rows: MetricRows, scores: AdjustedScores | None
) -> dict[str, Vector]:
    """Return the columns of BoardInference, one entry per row; NaN if nothing can be stated."""
    members = rows.members
    found = board_ranges(
        _among(sums.pairs[metric], members, of=len(sums.forecasters)),
        sums.numbers[members],
        higher_is_better=BY_NAME[metric].higher_is_better,
    )
    matches = sums.matches[metric][members]
    # Factors that replace values about which nothing can be stated by NaN.
    if_enough = np.where(matches < MIN_MATCHES, np.nan, 1.0)
    if_leads = 1.0 if rows.leads else np.nan
    mean_low, mean_high = interval(matches, sums.totals[metric][members], sums.squares[metric][members])
    columns = {
        "low": found.low * if_leads,
        "high": found.high * if_leads,
        "mean_low": mean_low,
        "mean_high": mean_high,
        "rank_best": found.rank_best * if_enough,
        "rank_worst": (found.rank_worst + rows.ranked - len(members)) * if_enough,
        "tier": found.tier * if_enough,
        "matches_needed": found.matches_needed,
        "adjusted": scores.score[members] if scores else np.full(len(members), np.nan),
        "common": np.where(np.arange(len(members)) == 0, np.nan, found.common) * if_leads,
        "coverage": matches / max(rows.most_matches, 1),
    }
    return {name: np.asarray(column, dtype=np.float64) for name, column in columns.items()}


def _among(pairs: PairedDifferences, members: Index, *, of: int) -> PairedDifferences:
    """Return the pairs in which both are among `members`, numbered by their positions there.

    `of` is the number of all members of the board.
    """
    position = np.full(of, -1)
    position[members] = np.arange(len(members))
    first, second = position[pairs.first], position[pairs.second]
    chosen = (first >= 0) & (second >= 0)
    return PairedDifferences(
        first[chosen], second[chosen], pairs.matches[chosen], pairs.total[chosen], pairs.squares[chosen]
    )


def _value(name: str, number: float) -> Any:
    if np.isnan(number):
        return None
    return int(number) if name in _INTEGERS else float(number)


def _effects(sums: BoardSums, scores: AdjustedScores) -> dict[int, float]:
    """Return the effects by forecaster, without forecasters that have none (NaN)."""
    pairs = zip(sums.forecasters, scores.effect.tolist(), strict=True)
    return {forecaster: effect for forecaster, effect in pairs if effect == effect}


def _store_difficulty(season_id: int, effects: dict[int, float]) -> None:
    values = {"season": season_id, "forecasters": [*effects], "effects": [*effects.values()]}
    sql.fetch_all(_DIFFICULTY, values)
