"""Leaderboard queries: rank, order and filters in one place, for the API, the pages and the roundups."""

from dataclasses import dataclass

from django.db.models import Case, Count, F, OrderBy, Q, QuerySet, Value, When, Window
from django.db.models.functions import Rank

from matches.models import Competition, Season, Team
from stats.models import LeaderboardRow, Provenance, Scope

# What a board can be ordered by, and whether more is better.
MORE_IS_BETTER = {
    "average_points": True,
    "points": True,
    "tendency_accuracy": True,
    "exact_accuracy": True,
    "rps": False,
    "brier": False,
    "log_score": False,
}
DEFAULT_ORDERING = "average_points"
ORDERINGS = [*MORE_IS_BETTER, *(f"-{metric}" for metric in MORE_IS_BETTER)]


@dataclass(frozen=True, slots=True)
class Board:
    """Which board: overall, or that of a competition, season or team."""

    scope: str = Scope.OVERALL
    scope_id: int = 0
    label: str = "Overall"

    @classmethod
    def of(cls, thing: Competition | Season | Team) -> "Board":
        return cls(scope=type(thing).__name__.lower(), scope_id=thing.pk, label=str(thing))

    def as_dict(self) -> dict[str, str | int | None]:
        return {"scope": self.scope, "id": self.scope_id or None, "label": self.label}


def leaderboard(
    board: Board,
    *,
    ordering: str = DEFAULT_ORDERING,
    kind: str | None = None,
    min_matches: int | None = None,
    provenance: str = Provenance.ALL,
) -> QuerySet[LeaderboardRow]:
    """Return the rows of a board with `rank` under this ordering and these filters, in display order.

    A bare metric means best first. `-metric` means the largest value first, whichever is better.
    Equal values share a rank (1, 1, 3), counted by `sharing`; they are ordered by more matches, then by
    name. A forecaster without the metric (e.g. without probabilities) comes after them and has no rank.

    Rows with fewer matches than the board's threshold (stats/thresholds.py) are `provisional`: they come last
    and have no rank. The threshold depends on the whole board, not on the filters. `min_matches` replaces it:
    rows with fewer matches are left out, and all others are ranked.
    """
    rows = rows_of(board, provenance).select_related("forecaster")
    if is_as_stored(ordering, kind, min_matches, provenance):
        stored = {"rank": "average_rank", "sharing": "average_ties", "provisional": "is_provisional"}
        return rows.annotate(**{name: F(column) for name, column in stored.items()}).order_by("average_place")
    metric = ordering.removeprefix("-")
    largest_first = ordering.startswith("-") or MORE_IS_BETTER[metric]
    order = OrderBy(F(metric), descending=largest_first, nulls_last=True)
    if kind:
        rows = rows.filter(forecaster__kind=kind)
    if min_matches is None:
        rows = rows.annotate(provisional=F("is_provisional"))
    else:
        rows = rows.filter(matches__gte=min_matches).annotate(provisional=Value(False))
    return (
        rows.annotate(
            place=Window(Rank(), order_by=[F("provisional").asc(), order]),
            sharing=Window(Count("*"), partition_by=[F("provisional"), F(metric)]),
        )
        .annotate(rank=Case(When(**{f"{metric}__isnull": False}, provisional=False, then=F("place"))))
        .order_by("provisional", order, "-matches", "forecaster__name")
    )


def is_as_stored(ordering: str, kind: str | None, min_matches: int | None, provenance: str) -> bool:
    """Return True if the view contains these places and ranks already: the default order, no filter."""
    return ordering == DEFAULT_ORDERING and not kind and min_matches is None and provenance == Provenance.ALL


def rows_of(board: Board, provenance: str = Provenance.ALL) -> QuerySet[LeaderboardRow]:
    """One row of each forecaster on a board: of all predictions, or of the live or archive ones alone."""
    rows = LeaderboardRow.objects.filter(scope=board.scope, scope_id=board.scope_id)
    whole = Q(provenance=Provenance.ALL)
    if provenance == Provenance.ALL:
        return rows.filter(whole)
    return rows.filter(Q(provenance=provenance) | whole & Q(made_of=provenance))
