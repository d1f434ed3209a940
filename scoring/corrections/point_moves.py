"""Compare two settlements of a match: changes of points, and numbers of changed RPS, Brier and log scores."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from core.db import sql
from matches.models import Forecaster

_MOVED = sql.read("scoring/sql/scores_moved.sql")
_EACH = f"{_MOVED} SELECT change, forecaster_id, before, after, provenance, rps, brier, log_score FROM moved"
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
    """Points of one forecaster before and after (None: no points), with the prediction's provenance."""

    forecaster: Forecaster
    before: int | None
    after: int | None
    provenance: str

    @property
    def difference(self) -> int:
        """Points gained, or lost if negative. No points count as zero."""
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True, slots=True)
class Moved:
    """Summary of the changes of points between two settlements.

    `forecasters` and `unchanged` count those whose points changed or stayed equal; `points` is the sum of the
    absolute differences. `rps`, `brier` and `log_score` count the forecasters for whom that score changed.
    `moves` lists the changed points, the largest difference first; empty if only the sums were requested.
    """

    forecasters: int = 0
    points: int = 0
    unchanged: int = 0
    rps: int = 0
    brier: int = 0
    log_score: int = 0
    moves: tuple[PointMove, ...] = ()


def sums(pairs: Mapping[int, Pair]) -> dict[int, Moved]:
    """Return the sums of each pair by its key, without `moves`. One query."""
    return dict.fromkeys(pairs, Moved()) | {key: Moved(*counts) for key, *counts in _run(_SUMS, pairs)}


def moves(pairs: Mapping[int, Pair]) -> dict[int, Moved]:
    """Return sums and moves of each pair by its key. Two queries."""
    rows = _run(_EACH, pairs)
    forecasters = Forecaster.objects.in_bulk({forecaster for _, forecaster, *_ in rows})
    points: dict[int, list[PointMove]] = defaultdict(list)
    others: dict[int, list[tuple[bool, bool, bool]]] = defaultdict(list)
    for key, forecaster, before, after, provenance, *scores in rows:
        points[key].append(PointMove(forecasters[forecaster], before, after, provenance))
        others[key].append(tuple(scores))
    return {key: _moved(points[key], others[key]) for key in pairs}


def _moved(everyone: list[PointMove], others: list[tuple[bool, bool, bool]]) -> Moved:
    changed = [each for each in everyone if each.before != each.after]
    changed.sort(key=lambda each: (-abs(each.difference), -each.difference, each.forecaster.name))
    return Moved(
        forecasters=len(changed),
        points=sum(abs(each.difference) for each in changed),
        unchanged=sum(each.before is not None and each.before == each.after for each in everyone),
        rps=sum(rps for rps, _, _ in others),
        brier=sum(brier for _, brier, _ in others),
        log_score=sum(log_score for _, _, log_score in others),
        moves=tuple(changed),
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
