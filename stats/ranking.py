"""Pages of a board for machines: plain rows, by statements that are written and planned once."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

from django.db.models import QuerySet

from config import sql
from stats.leaderboards import Board, Placed, for_pages
from stats.models import LeaderboardRow


class Ranked(NamedTuple):
    """One row of a board, as far as an answer tells it."""

    rank: int | None
    slug: str
    name: str
    kind: str
    matches: int
    points: int
    average_points: float | None
    tendency_hits: int
    tendency_accuracy: float | None
    goal_difference_hits: int
    exact_hits: int
    exact_accuracy: float | None
    rps: float | None
    brier: float | None
    log_score: float | None
    current_streak: int
    best_streak: int
    form: str

    @property
    def forecaster(self) -> "Ranked":
        """Whose row it is: slug, name and kind."""
        return self


_OF_THE_FORECASTER = ("slug", "name", "kind")
_COLUMNS = [f"forecaster__{name}" if name in _OF_THE_FORECASTER else name for name in Ranked._fields]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The rows of `stats.leaderboards.leaderboard`, for a paginator: counted, and cut into pages."""

    ordered: ClassVar = True

    board: Board
    ordering: str
    kind: str | None
    min_matches: int
    provenance: str

    def count(self) -> int:
        found = sql.rows(*_count(self))
        return int(found[0][0]) if found else 0

    def __getitem__(self, part: slice) -> list[Ranked]:
        if part.start >= part.stop:  # of a board that is empty: there is no SQL for no rows
            return []
        return [Ranked(*row) for row in sql.rows(*_page(self, part.start, part.stop))]

    def rows(self) -> Placed | QuerySet[LeaderboardRow]:
        return for_pages(
            self.board,
            ordering=self.ordering,
            kind=self.kind,
            min_matches=self.min_matches,
            provenance=self.provenance,
        )


# The SQL of the same question is always the same, and Django writes it for longer than PostgreSQL answers.


@lru_cache(maxsize=1_000)
def _page(ranking: Ranking, start: int, stop: int) -> tuple[str, Any]:
    return _written(ranking.rows()[start:stop].values_list(*_COLUMNS))


@lru_cache(maxsize=1_000)
def _count(ranking: Ranking) -> tuple[str, Any]:
    rows = ranking.rows()
    if isinstance(rows, Placed):
        return _written(rows.rows.order_by("-average_place").values_list("average_place")[:1])
    statement, values = _written(rows.order_by().values_list(*_COLUMNS))
    return f"SELECT count(*) FROM ({statement}) AS counted", values


def _written(rows: QuerySet[LeaderboardRow, Any]) -> tuple[str, Any]:
    statement, values = rows.query.sql_with_params()
    return statement, values
