"""Skill of forecasters against the references of a board: base rates and a bookmaker."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Sum

from matches.models import Forecaster
from stats.inference.confidence_sequences import interval
from stats.inference.units import BILLION
from stats.leaderboards import Board, rows_of
from stats.models import LeaderboardRow, PairSum, Participant, Scope

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class SkillRow:
    """RPS of a forecaster against a reference over their common matches.

    `difference` is the reference's mean RPS minus the forecaster's, so more is better; `low` and `high` are
    the ends of its interval, None below 50 matches. `skill` is the difference divided by the reference's mean
    over the common matches. That mean follows from the leaderboard only if at least one of the two predicted
    no other matches; otherwise `skill` is None.
    """

    forecaster: Forecaster
    matches: int
    difference: float
    low: float | None
    high: float | None
    skill: float | None


@dataclass(frozen=True, slots=True)
class SkillTable:
    """Skill of all forecasters that are compared with a reference, best first."""

    reference: Forecaster
    rows: list[SkillRow]


def skill_tables(board: Board) -> list[SkillTable]:
    """Return a table for the baseline and one for the bookmaker of the board, if it has them.

    If the seasons of the board have different references of one kind, the one with most matches is used.
    """
    board_rows = {row.forecaster_id: row for row in rows_of(board).select_related("forecaster")}
    members = Participant.objects.filter(role=Participant.Role.REFERENCE, **_season_filter(board))
    found = [
        board_rows[pk]
        for pk in members.values_list("forecaster_id", flat=True).distinct()
        if pk in board_rows
    ]
    kinds = [
        [row for row in found if row.forecaster.is_baseline],
        [row for row in found if row.forecaster.kind == Forecaster.Kind.BOOKMAKER],
    ]
    chosen = [max(rows, key=lambda row: row.probability_matches) for rows in kinds if rows]
    return [_table(board, row, board_rows) for row in chosen if row.probability_matches]


def _season_filter(board: Board) -> dict[str, int]:
    """Return the filter of the board's seasons, for models with a foreign key `season`."""
    names = {Scope.SEASON: "season_id", Scope.COMPETITION: "season__competition_id"}
    return {names[Scope(board.scope)]: board.scope_id} if board.scope in names else {}


def _sums(board: Board, reference: int) -> QuerySet[PairSum, Any]:
    """Return the sums of all pairs with the reference, added up over seasons and provenances."""
    pairs = PairSum.objects.filter(Q(a=reference) | Q(b=reference), **_season_filter(board))
    rows = pairs.exclude(provenance="hindsight").values("a_id", "b_id")
    return rows.annotate(
        matches=Sum("probability_matches"), total=Sum("rps"), squares=Sum("rps_squares")
    ).filter(matches__gt=0)


def _table(board: Board, reference: LeaderboardRow, board_rows: dict[int, LeaderboardRow]) -> SkillTable:
    rows = []
    for sums in _sums(board, reference.forecaster_id):
        is_first = sums["a_id"] == reference.forecaster_id
        other = board_rows.get(sums["b_id"] if is_first else sums["a_id"])
        if other:
            total = sums["total"] if is_first else -sums["total"]
            rows.append(_row(other, reference, sums["matches"], int(total), int(sums["squares"])))
    return SkillTable(reference.forecaster, _best(rows))


def _best(rows: Iterable[SkillRow]) -> list[SkillRow]:
    return sorted(rows, key=lambda row: (-row.difference, row.forecaster.name))[:MOST_ROWS]


def _row(
    other: LeaderboardRow, reference: LeaderboardRow, matches: int, total: int, squares: int
) -> SkillRow:
    difference = total / BILLION / matches
    low, high = (float(end) for end in interval(matches, total / BILLION, squares / BILLION))
    mean: float | None = None
    if matches == other.probability_matches:
        mean = other.rps + difference  # type: ignore[attr-defined] # metrics are added to the class
    elif matches == reference.probability_matches:
        mean = reference.rps  # type: ignore[attr-defined]
    return SkillRow(
        other.forecaster,
        matches,
        difference,
        low=None if low != low else low,
        high=None if high != high else high,
        skill=difference / mean if mean else None,
    )
