"""Leaderboard queries with rank, order and filters, used by the API, the pages and the roundups."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from django.db.models import Case, Count, F, OrderBy, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import Rank

from matches.models import Competition, Season, Team
from stats.metrics import ADJUSTED, DEFAULT_ORDERING, metric_of
from stats.models import BoardInference, LeaderboardRow, Provenance, Scope


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
    """Declare a filter as a dataclass field of `Selection`.

    `condition` is a function that returns a Q object for a value of the filter.
    """
    return field(default=default, metadata={"condition": condition})


def _made_of(provenance: str) -> Q:
    """Return a condition that selects one row per forecaster: the row for predictions of this provenance.

    If all live and archive predictions of a forecaster have this provenance, there is no such row, and the
    row for all predictions is selected. Live predictions received after predictions of their match had been
    public are counted only in the row for all predictions.
    """
    whole = Q(provenance=Provenance.ALL)
    if provenance == Provenance.ALL:
        return whole
    return Q(provenance=provenance) | whole & Q(made_of=provenance, after_exposure=0)


@dataclass(frozen=True, slots=True)
class Selection:
    """Query for a leaderboard: the board, the order and the filters.

    Each filter is a field declared with `board_filter`. The database view contains ranks only for the default
    order without filters. These ranks are used only if every field except `board` has its default value;
    otherwise the ranks are computed. As the check compares all fields, it includes filters that are added
    later.
    """

    board: Board
    ordering: str = DEFAULT_ORDERING
    kind: str | None = board_filter(lambda kind: Q(forecaster__kind=kind) if kind else Q())
    min_matches: int | None = board_filter(lambda least: Q() if least is None else Q(matches__gte=least))
    provenance: str = board_filter(_made_of, default=Provenance.ALL)

    @classmethod
    def of(cls, board: Board, values: Mapping[str, Any]) -> Self:
        """Return the selection for query parameters (name -> value); None and "" mean the default value.

        Raises KeyError if `values` lacks a filter, because every endpoint with a leaderboard must offer all
        filters.
        """
        names = ["ordering", *cls.filters()]
        return cls(board, **{name: values[name] for name in names if values[name] not in (None, "")})

    @classmethod
    def filters(cls) -> dict[str, Callable[[Any], Q]]:
        """Return a dict: name of each filter -> function that returns the condition for a value."""
        declared = [each for each in fields(cls) if each.name not in ("board", "ordering")]
        return {each.name: each.metadata["condition"] for each in declared}

    @property
    def is_as_stored(self) -> bool:
        """Return True if the order is the default and no filter is set: then the view contains the ranks."""
        return self == type(self)(self.board)

    @property
    def is_filtered(self) -> bool:
        return self != type(self)(self.board, self.ordering)

    def rows(self) -> QuerySet[LeaderboardRow]:
        """Return the selected rows in display order, annotated with `rank`, `sharing` and `provisional`.

        `ordering` is the name of a metric (best value first), the name after a minus sign (largest value
        first), or an adjusted score (best value first). Rows with equal values share a `rank` (1, 1, 3); the
        one with more matches comes first, then the order is by name. `sharing` is the number of rows that
        share the rank. Forecasters without a value of the metric (e.g. without probabilities) come after the
        others and have no rank.

        Rows with fewer matches than the board's threshold are `provisional`: they come last and have no rank.
        The threshold depends on the whole board, not on the filters. If `min_matches` is set, rows with fewer
        matches are left out, and no row is provisional.
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
        if metric in ADJUSTED:
            rows = rows.annotate(**{metric: self._adjusted()})
        largest_first = self.ordering.startswith("-") or metric_of(metric).higher_is_better
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

    def _adjusted(self) -> Subquery:
        """Return a row's adjusted score or null: of its provenance if the board has any, else of all."""
        of_board = BoardInference.objects.filter(
            scope=self.board.scope, scope_id=self.board.scope_id, ordering=self.ordering
        )
        own_first = of_board.filter(provenance__in=sorted({self.provenance, Provenance.ALL.value})).order_by(
            Case(When(provenance=Provenance.ALL, then=1), default=0)
        )
        stated = of_board.filter(provenance=Subquery(own_first.values("provenance")[:1]))
        return Subquery(stated.filter(forecaster=OuterRef("forecaster")).values("adjusted"))


def _as_stored(rows: QuerySet[LeaderboardRow]) -> QuerySet[LeaderboardRow]:
    stored = {"rank": "average_rank", "sharing": "average_ties", "provisional": "is_provisional"}
    return rows.annotate(**{name: F(column) for name, column in stored.items()}).order_by("average_place")


def leaderboard(board: Board, **chosen: Any) -> QuerySet[LeaderboardRow]:
    """Return Selection.rows() for a board; keyword arguments are the order and filters of Selection."""
    return Selection(board, **chosen).rows()


def _of(board: Board) -> QuerySet[LeaderboardRow]:
    return LeaderboardRow.objects.filter(scope=board.scope, scope_id=board.scope_id)


def rows_of(board: Board, provenance: str = Provenance.ALL) -> QuerySet[LeaderboardRow]:
    """Return one row per forecaster on a board: for all predictions, or for those of one provenance."""
    return _of(board).filter(_made_of(provenance))


def provisional_below(top: int) -> int:
    """Return the number of matches below which a row of a board is provisional.

    `top` is the largest number of matches of any row of the board. The formula is
    min(30, max(min(10, top / 2), top / 10)), rounded up to an integer. The leaderboard views compute it in
    SQL (stats/sql/provisional.sql).
    """
    half, tenth = -(-top // 2), -(-top // 10)
    return min(30, max(min(10, half), tenth))
