"""Reading the boards: one place for rank, order and filters, for the API, the pages and the roundups."""

from dataclasses import dataclass

from django.db.models import Case, Count, F, OrderBy, Q, QuerySet, When, Window
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
    min_matches: int = 0,
    provenance: str = Provenance.ALL,
) -> QuerySet[LeaderboardRow]:
    """Rows of a board with `rank` under this ordering and these filters, in display order.

    A bare metric means best first. `-metric` means the largest value first, whichever is better.
    Equal values share a rank (1, 1, 3), `sharing` says how many; they are shown by more matches, then by
    name. A forecaster without the metric (no probabilities, say) comes last and has no rank.
    """
    rows = rows_of(board, provenance).select_related("forecaster")
    if is_as_stored(ordering, kind, min_matches, provenance):
        stored = {"rank": F("average_rank"), "sharing": F("average_ties")}
        return rows.annotate(**stored).order_by("average_place")
    metric = ordering.removeprefix("-")
    largest_first = ordering.startswith("-") or MORE_IS_BETTER[metric]
    order = OrderBy(F(metric), descending=largest_first, nulls_last=True)
    rows = rows.filter(matches__gte=min_matches)
    if kind:
        rows = rows.filter(forecaster__kind=kind)
    return (
        rows.annotate(
            place=Window(Rank(), order_by=order), sharing=Window(Count("*"), partition_by=F(metric))
        )
        .annotate(rank=Case(When(**{f"{metric}__isnull": False}, then=F("place"))))
        .order_by(order, "-matches", "forecaster__name")
    )


def is_as_stored(ordering: str, kind: str | None, min_matches: int, provenance: str) -> bool:
    """Whether the view has these places and ranks already: the usual order, and no filter."""
    return ordering == DEFAULT_ORDERING and not kind and min_matches <= 1 and provenance == Provenance.ALL


def rows_of(board: Board, provenance: str = Provenance.ALL) -> QuerySet[LeaderboardRow]:
    """One row of each forecaster on a board: of all predictions, or of the live or archive ones alone."""
    rows = LeaderboardRow.objects.filter(scope=board.scope, scope_id=board.scope_id)
    whole = Q(provenance=Provenance.ALL)
    if provenance == Provenance.ALL:
        return rows.filter(whole)
    return rows.filter(Q(provenance=provenance) | whole & Q(made_of=provenance))
