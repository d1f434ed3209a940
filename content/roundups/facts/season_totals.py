"""Totals of the forecasters up to a match of the season: matches, points, and a letter per scored prediction.

The scores of a settlement never change, so neither do the totals of a list of settlements. A worker caches
the totals of the lists that it needed last, and computes others from the closest one by the settlements that
differ. From one match to the next that is one settlement, regardless of the length of the season.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, takewhile
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from django.db import connection

from content.roundups.facts.scores import Row
from core.db import sql
from matches.models import Forecaster

_SO_FAR = sql.read("content/sql/so_far.sql")

CACHE_SIZE = 20_000  # lines of all cached lists together: some ten megabytes


class Line(NamedTuple):
    """Totals of one forecaster: matches as on leaderboards, and a letter per scored pick as in stats/form.py.

    A match with probabilities only counts among the matches, but has neither points nor a letter.
    """

    matches: int = 0
    points: int = 0
    run: str = ""

    def plus(self, later: "Line") -> "Line":
        return Line(self.matches + later.matches, self.points + later.points, self.run + later.run)

    def minus(self, last: "Line") -> "Line":
        run = self.run[: len(self.run) - len(last.run)]
        return Line(self.matches - last.matches, self.points - last.points, run)


Lines = dict[int, Line]  # by forecaster


@dataclass(frozen=True, slots=True)
class Sum:
    """Totals of settlements in the order of the season."""

    settlements: Sequence[int] = ()
    lines: Lines = field(default_factory=dict)

    def shares(self, settlements: Sequence[int]) -> int:
        """Return the number of first settlements that both lists have."""
        pairs = zip(self.settlements, settlements, strict=False)
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

    def to(self, settlements: Sequence[int]) -> "Sum":
        """Return the totals of another list, computed from these by the settlements that differ."""
        shared = self.shares(settlements)
        lines = dict(self.lines)
        for forecaster, line in _read(self.settlements[shared:]).items():
            lines[forecaster] = lines[forecaster].minus(line)
        for forecaster, line in _read(settlements[shared:]).items():
            lines[forecaster] = lines.get(forecaster, Line()).plus(line)
        return Sum(settlements, {forecaster: line for forecaster, line in lines.items() if line.matches})


# By connection, because another database has other settlements. The last one used is first.
_kept: WeakKeyDictionary[object, list[Sum]] = WeakKeyDictionary()


def board(before: Sequence[int], here: int) -> list[Row]:
    """Return the season's leaderboard with the settlement `here`, by name; `before` are the earlier ones."""
    earlier, now = _sum(before).lines, _read([here])
    lines = earlier | {pk: earlier.get(pk, Line()).plus(line) for pk, line in now.items()}
    forecasters = Forecaster.objects.filter(pk__in=lines).order_by("name").values("pk", "slug", "name")
    return [_row(each, lines[each["pk"]], now.get(each["pk"])) for each in forecasters]


def _row(forecaster: Mapping[str, Any], line: Line, here: Line | None) -> Row:
    return {
        "slug": forecaster["slug"],
        "name": forecaster["name"],
        "predicted": line.matches,
        "predicted_here": here.matches if here else 0,
        "matches": len(line.run),
        "points": line.points,
        "run": line.run,
        "points_here": here.points if here and here.run else None,
    }


def _sum(settlements: Sequence[int]) -> Sum:
    """Compute the totals from the closest cached ones, and cache the result in their place."""
    connection.ensure_connection()
    kept = _kept.get(connection.connection, [])
    start = min([*kept, Sum()], key=lambda each: _way(each, settlements))
    found = start.to(settlements)
    _kept[connection.connection] = _that_fit([found, *(each for each in kept if each is not start)])
    return found


def _way(start: Sum, settlements: Sequence[int]) -> int:
    return len(start.settlements) + len(settlements) - 2 * start.shares(settlements)


def _that_fit(sums: Sequence[Sum]) -> list[Sum]:
    """Return the first ones whose lines fit into the cache."""
    used = accumulate(len(each.lines) for each in sums)
    return [each for each, so_far in zip(sums, used, strict=True) if so_far <= CACHE_SIZE]


def _read(settlements: Sequence[int]) -> Lines:
    if not settlements:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SO_FAR, {"settlements": list(settlements)})
        rows = cursor.fetchall()
    return {forecaster: Line(matches, int(points), run) for forecaster, matches, points, run in rows}
