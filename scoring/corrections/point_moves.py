"""Comparison of two settlements of a match: changes of points, and numbers of changed scores."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from core.db import sql
from matches.models import Forecaster

_MOVED = sql.read("scoring/sql/scores_moved.sql")
_CHANGED = f"""{_MOVED}
SELECT change, forecaster_id, before, after, provenance FROM moved WHERE before IS DISTINCT FROM after
"""
_SUMS = f"""{_MOVED}
SELECT change,
       count(*) FILTER (WHERE before IS DISTINCT FROM after),
       coalesce(sum(abs(coalesce(after, 0) - coalesce(before, 0))), 0)::int,
       count(*) FILTER (WHERE before = after),
       count(*) FILTER (WHERE rps), count(*) FILTER (WHERE brier), count(*) FILTER (WHERE log_score)
FROM moved
GROUP BY change
"""

Pair = tuple[int | None, int | None]  # the ids of two settlements; None for a state without scores


@dataclass(frozen=True, slots=True)
class PointMove:
    """Change of one forecaster's points. `before` and `after` are None if there are no points."""

    forecaster: Forecaster
    before: int | None
    after: int | None
    provenance: str

    @property
    def difference(self) -> int:
        """Points gained; negative if points were lost. A prediction without points counts as 0."""
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True, slots=True)
class Moved:
    """Summary of the changes between two settlements of a match.

    - `forecasters`: number of forecasters whose points changed
    - `points`: sum of the absolute changes of points
    - `unchanged`: number of forecasters whose points are equal in both settlements
    - `rps`, `brier`, `log_score`: number of forecasters for whom this score changed
    - `moves`: the changes of points, the largest first; empty if only sums were requested
    """

    forecasters: int = 0
    points: int = 0
    unchanged: int = 0
    rps: int = 0
    brier: int = 0
    log_score: int = 0
    moves: tuple[PointMove, ...] = ()


def sums(pairs: Mapping[int, Pair]) -> dict[int, Moved]:
    """Summarise the changes between each pair of settlements, by key of the pair. One query.

    `moves` of each summary is empty.
    """
    return dict.fromkeys(pairs, Moved()) | {key: Moved(*counts) for key, *counts in _run(_SUMS, pairs)}


def moves(pairs: Mapping[int, Pair]) -> dict[int, Moved]:
    """Summarise the changes between each pair of settlements, by key of the pair. Three queries.

    `moves` of each summary contains the changes of points.
    """
    rows = _run(_CHANGED, pairs)
    forecasters = Forecaster.objects.in_bulk({forecaster for _, forecaster, *_ in rows})
    found: dict[int, list[PointMove]] = defaultdict(list)
    for key, forecaster, *points in rows:
        found[key].append(PointMove(forecasters[forecaster], *points))
    return {key: replace(moved, moves=_sorted(found[key])) for key, moved in sums(pairs).items()}


def _sorted(moves: list[PointMove]) -> tuple[PointMove, ...]:
    """Sort by absolute difference, the largest first; then gains before losses; then by forecaster name."""
    return tuple(
        sorted(moves, key=lambda each: (-abs(each.difference), -each.difference, each.forecaster.name))
    )


def _run(query: str, pairs: Mapping[int, Pair]) -> list[Any]:
    if not pairs:
        return []
    values: dict[str, Any] = {
        "changes": list(pairs),
        "before": [before for before, _ in pairs.values()],
        "after": [after for _, after in pairs.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows: list[Any] = cursor.fetchall()
    return rows
