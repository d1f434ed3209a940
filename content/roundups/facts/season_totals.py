"""The forecasters' season up to a match: points, and one letter a scored pick, oldest first.

What a settlement says never changes (verdicts are only inserted), so what a list of settlements adds up to
never does. A worker keeps the lists that it needed last, and goes on from the nearest one by what the two do
not share: from one match to the next that is one match, however long the season.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, takewhile
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from django.db import connection

from content.roundups.facts.query import Row
from core.db import sql
from matches.models import Forecaster

_SO_FAR = sql.read("content/sql/so_far.sql")

ROOM = 20_000  # lines that a process keeps, of all lists together: some ten megabytes


class Line(NamedTuple):
    """Totals of one forecaster: matches as on leaderboards, and a letter a scored pick as in stats/form.py.

    A match with probabilities alone counts among the matches, and has neither points nor a letter.
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
    """What settlements, in the order of the season, add up to."""

    settlements: Sequence[int] = ()
    lines: Lines = field(default_factory=dict)

    def shares(self, settlements: Sequence[int]) -> int:
        """With how many of its settlements the others begin."""
        pairs = zip(self.settlements, settlements, strict=False)
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

    def to(self, settlements: Sequence[int]) -> "Sum":
        """The sum of others: without the last ones that they lack, with those that they have."""
        shared = self.shares(settlements)
        lines = dict(self.lines)
        for forecaster, line in _read(self.settlements[shared:]).items():
            lines[forecaster] = lines[forecaster].minus(line)
        for forecaster, line in _read(settlements[shared:]).items():
            lines[forecaster] = lines.get(forecaster, Line()).plus(line)
        return Sum(settlements, {forecaster: line for forecaster, line in lines.items() if line.matches})


# By connection, and as long as it lives: another database has other settlements. The last one needed first.
_kept: WeakKeyDictionary[object, list[Sum]] = WeakKeyDictionary()


def board(before: Sequence[int], here: int) -> list[Row]:
    """The season's board with the settlement `here`, by name; `before` are those that count before it."""
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
    """From the nearest sum that is kept, or from nothing; kept in its place."""
    connection.ensure_connection()
    kept = _kept.get(connection.connection, [])
    start = min([*kept, Sum()], key=lambda each: _way(each, settlements))
    found = start.to(settlements)
    _kept[connection.connection] = _that_fit([found, *(each for each in kept if each is not start)])
    return found


def _way(start: Sum, settlements: Sequence[int]) -> int:
    return len(start.settlements) + len(settlements) - 2 * start.shares(settlements)


def _that_fit(sums: Sequence[Sum]) -> list[Sum]:
    """The first ones, as far as there is room for their lines."""
    used = accumulate(len(each.lines) for each in sums)
    return [each for each, so_far in zip(sums, used, strict=True) if so_far <= ROOM]


def _read(settlements: Sequence[int]) -> Lines:
    if not settlements:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SO_FAR, {"settlements": list(settlements)})
        rows = cursor.fetchall()
    return {forecaster: Line(matches, int(points), run) for forecaster, matches, points, run in rows}
