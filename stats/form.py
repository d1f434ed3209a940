"""Recent form and streaks of forecasters: one letter per match with a predicted score, in season order.

The letters are E (exact score), D (goal difference), T (result) and - (no points). They are stored per tally
(the totals of a forecaster on a board). Season order is by kickoff, then by time of the match's first
settlement, then by match id (also in content/sql/snapshot.sql). A new letter that comes last in this order is
appended (stats/sql/fold.sql). Any other change (a correction, a match settled late, a moved kickoff) sets
`disturbed` on the affected tallies. Their letters are then rebuilt from the scores, but only in the periods
that the change affects. A period is a month, or a year on team boards.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from core.db import sql

_TOUCHED = sql.read("stats/sql/form_touched.sql")
_CLOSE, CLEAR, READ, _CARRY, _SETTLE = (
    sql.read(f"stats/sql/form_{step}.sql").format(touched=_TOUCHED)
    for step in ("close", "clear", "read", "carry", "settle")
)
FROM_SCRATCH = sql.read("stats/sql/form_from_scratch.sql")
_DISTURB = sql.read("stats/sql/form_disturb.sql")
_IS_DISTURBED = f"""
WITH {_TOUCHED} SELECT EXISTS (SELECT FROM touched JOIN stats_tally USING (scope, scope_id) WHERE disturbed)
"""

Moments = Sequence[tuple[int, datetime]]  # id of a match, and its current or a former kickoff


def close_periods(moments: Moments) -> None:
    """On each board of these matches, close the periods that ended before the newest of the kickoffs.

    `moments` contains pairs of a match id and a kickoff. A period is a month, or a year on team boards. To
    close it means to move its form letters (one per match) from Tally to FormPeriod.
    """
    run(_CLOSE, moments)


def mark_form_outdated(match_ids: Sequence[int]) -> None:
    """Mark the form of forecasters who predicted these matches as out of date, on all boards of the matches.

    The mark is `Tally.disturbed`. `rebuild_letters` rebuilds the form and removes the mark.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DISTURB, {"moved": list(match_ids)})


def rebuild_letters(moments: Moments) -> None:
    """Rebuild the form and streaks that are marked as out of date (`Tally.disturbed`), and remove the mark.

    `moments` contains pairs of a match id and a kickoff. Only the boards of these matches are rebuilt, and
    only in the periods (months; years on team boards) that contain one of the kickoffs.
    """
    with connection.cursor() as cursor:
        cursor.execute(_IS_DISTURBED, values(moments))
        is_outdated: bool = cursor.fetchone()[0]
    if is_outdated:
        for step in (CLEAR, READ, _CARRY, _SETTLE):
            run(step, moments)


def rebuild_all() -> None:
    """Recompute the form of all forecasters on all boards from the scores."""
    with connection.cursor() as cursor:
        cursor.execute(FROM_SCRATCH)


def run(statement: str, moments: Moments) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values(moments))


def values(moments: Moments) -> dict[str, list[int] | list[datetime]]:
    return {"matches": [match for match, _ in moments], "moments": [moment for _, moment in moments]}
