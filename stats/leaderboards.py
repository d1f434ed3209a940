"""Leaderboard queries with rank, order and filters, used by the API, the pages and the roundups."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from django.db.models import Case, Count, F, OrderBy, Q, QuerySet, Value, When, Window
from django.db.models.functions import Rank

from matches.models import Competition, Season, Team
from stats.metrics import BY_NAME, DEFAULT_ORDERING
from stats.models import LeaderboardRow, Provenance, Scope


@dataclass(frozen=True, slots=True)
class Board:
    """Identifier of a leaderboard: overall, or of one competition, season or team."""

    scope: str = Scope.OVERALL
    scope_id: int = 0
    label: str = "Overall"

    @classmethod
    def of(cls, row: Competition | Season | Team) -> "Board":
        return cls(scope=type(row).__name__.lower(), scope_id=row.pk, label=str(row))

    def as_dict(self) -> dict[str, str | int | None]:
        return {"scope": self.scope, "id": self.scope_id or None, "label": self.label}


def board_filter(condition: Callable[[Any], Q], *, default: Any = None) -> Any:
    """Declare a filter: a field of `Selection` with the condition for its value."""
    return field(default=default, metadata={"condition": condition})


def _made_of(provenance: str) -> Q:
    """Return the condition that selects one row per forecaster, for all predictions or for one provenance.

    If all predictions of a forecaster have the requested provenance, only the row for all predictions exists;
    that row is then selected.
    """
    whole = Q(provenance=Provenance.ALL)
    if provenance == Provenance.ALL:
        return whole
    return Q(provenance=provenance) | whole & Q(made_of=provenance)


@dataclass(frozen=True, slots=True)
class Selection:
    """A board, an order and filters.

    A filter is one field, declared with its condition. The ranks stored in the view are used only if every
    field has its default, so a new filter cannot be ignored by mistake.
    """

    board: Board
    ordering: str = DEFAULT_ORDERING
    kind: str | None = board_filter(lambda kind: Q(forecaster__kind=kind) if kind else Q())
    min_matches: int | None = board_filter(lambda least: Q() if least is None else Q(matches__gte=least))
    provenance: str = board_filter(_made_of, default=Provenance.ALL)

    @classmethod
    def of(cls, board: Board, values: Mapping[str, Any]) -> Self:
        """Return the selection for query parameters; an empty value means the default.

        Raises KeyError if a filter is missing in `values`: each endpoint with a board must offer all filters.
        """
        names = ["ordering", *cls.filters()]
        return cls(board, **{name: values[name] for name in names if values[name] not in (None, "")})

    @classmethod
    def filters(cls) -> dict[str, Callable[[Any], Q]]:
        """Return the condition of each filter, by its name."""
        declared = [each for each in fields(cls) if each.name not in ("board", "ordering")]
        return {each.name: each.metadata["condition"] for each in declared}

    @property
    def is_as_stored(self) -> bool:
        """Return True for the default order without filters, whose places and ranks the view contains."""
        return self == type(self)(self.board)

    @property
    def is_filtered(self) -> bool:
        return self != type(self)(self.board, self.ordering)

    def rows(self) -> QuerySet[LeaderboardRow]:
        """Return the rows with `rank` under this ordering and these filters, in display order.

        The ordering `metric` means best first; `-metric` means the largest value first. Equal values share a
        rank (1, 1, 3) and are ordered by more matches, then by name. `sharing` is the number of rows that
        share the rank. Forecasters without the metric (e.g. without probabilities) come after the others and
        have no rank.

        Rows with fewer matches than the board's threshold are `provisional`: they come last and have no rank.
        The threshold depends on the whole board, not on the filters. `min_matches` replaces it: rows with
        fewer matches are left out, and all others are ranked.
        """
        rows = _of(self.board).filter(self._condition).select_related("forecaster")
        return _as_stored(rows) if self.is_as_stored else self._ranked(rows)

    @property
    def _condition(self) -> Q:
        condition = Q()
        for name, condition_of in self.filters().items():
            condition &= condition_of(getattr(self, name))
        return condition

    def _ranked(self, rows: QuerySet[LeaderboardRow]) -> QuerySet[LeaderboardRow]:
        metric = self.ordering.removeprefix("-")
        largest_first = self.ordering.startswith("-") or BY_NAME[metric].higher_is_better
        order = OrderBy(F(metric), descending=largest_first, nulls_last=True)
        provisional = F("is_provisional") if self.min_matches is None else Value(False)
        return (
            rows.annotate(provisional=provisional)
            .annotate(
                place=Window(Rank(), order_by=[F("provisional").asc(), order]),
                sharing=Window(Count("*"), partition_by=[F("provisional"), F(metric)]),
            )
            .annotate(rank=Case(When(**{f"{metric}__isnull": False}, provisional=False, then=F("place"))))
            .order_by("provisional", order, "-matches", "forecaster__name")
        )


def _as_stored(rows: QuerySet[LeaderboardRow]) -> QuerySet[LeaderboardRow]:
    stored = {"rank": "average_rank", "sharing": "average_ties", "provisional": "is_provisional"}
    return rows.annotate(**{name: F(column) for name, column in stored.items()}).order_by("average_place")


def leaderboard(board: Board, **chosen: Any) -> QuerySet[LeaderboardRow]:
    """Return the rows of a board; `chosen` are order and filters as in `Selection`."""
    return Selection(board, **chosen).rows()


def _of(board: Board) -> QuerySet[LeaderboardRow]:
    return LeaderboardRow.objects.filter(scope=board.scope, scope_id=board.scope_id)


def rows_of(board: Board, provenance: str = Provenance.ALL) -> QuerySet[LeaderboardRow]:
    """Return one row per forecaster of a board, for all predictions or one provenance."""
    return _of(board).filter(_made_of(provenance))


def provisional_below(top: int) -> int:
    """Return N: rows with fewer than N matches are provisional. `top` is the most matches of any row.

    N is min(30, max(min(10, top / 2), top / 10)), rounded up; rounding changes nothing, because numbers of
    matches are integers. The leaderboard views use the same rule in SQL (stats/sql/provisional.sql).
    """
    half, tenth = -(-top // 2), -(-top // 10)
    return min(30, max(min(10, half), tenth))
