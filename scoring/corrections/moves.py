"""Whose points moved from one settlement of a match to another."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from config import sql
from matches.models import Forecaster

_MOVED = sql.read("scoring/sql/points_moved.sql")
_EACH = f"{_MOVED} SELECT change, forecaster_id, before, after FROM moved"
_SUMS = f"""{_MOVED}
SELECT change,
       count(*) FILTER (WHERE before IS DISTINCT FROM after),
       coalesce(sum(abs(coalesce(after, 0) - coalesce(before, 0))), 0),
       count(*) FILTER (WHERE before = after)
FROM moved
GROUP BY change
"""

Pair = tuple[int | None, int | None]  # the ids of two settlements; None for a state without points


@dataclass(frozen=True, slots=True)
class Move:
    """The points of one forecaster before and after; None where there were or are none."""

    forecaster: Forecaster
    before: int | None
    after: int | None

    @property
    def difference(self) -> int:
        """Points gained, or lost if negative. No points count as zero."""
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True, slots=True)
class Moved:
    """How many forecasters' points changed and by how much in all, and how many kept theirs.

    `moves` names them, the largest difference first; empty where only the sums were asked for.
    """

    forecasters: int = 0
    points: int = 0
    unchanged: int = 0
    moves: tuple[Move, ...] = ()


def sums(pairs: Mapping[int, Pair]) -> dict[int, Moved]:
    """The sums of each pair by its key, in one query."""
    return dict.fromkeys(pairs, Moved()) | {
        key: Moved(count, int(points), unchanged) for key, count, points, unchanged in _run(_SUMS, pairs)
    }


def moves(pairs: Mapping[int, Pair]) -> dict[int, Moved]:
    """Every move of each pair by its key, in two queries."""
    rows = _run(_EACH, pairs)
    forecasters = Forecaster.objects.in_bulk({forecaster for _, forecaster, *_ in rows})
    by_key: dict[int, list[Move]] = defaultdict(list)
    for key, forecaster, before, after in rows:
        by_key[key].append(Move(forecasters[forecaster], before, after))
    return {key: _moved(by_key[key]) for key in pairs}


def _moved(everybody: list[Move]) -> Moved:
    changed = [each for each in everybody if each.before != each.after]
    changed.sort(key=lambda each: (-abs(each.difference), -each.difference, each.forecaster.name))
    return Moved(
        forecasters=len(changed),
        points=sum(abs(each.difference) for each in changed),
        unchanged=len(everybody) - len(changed),
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
