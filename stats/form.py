"""Recent form and streaks of the tallies: one letter per match with a predicted score, in season order.

Season order is by kickoff, then by time of the match's first settlement, then by match id (also in
content/sql/snapshot.sql). A new letter that comes last in this order is appended (stats/sql/fold.sql). Any
other change (a correction, a match settled late, a moved kickoff) marks the affected tallies as `disturbed`.
Their letters are then rebuilt from the scores, but only for the periods (months; years on team boards) that
the change affects.
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
    """Begin a new period in tallies whose letters are of an earlier period than the newest of these kickoffs.

    The letters of the earlier period are moved to FormPeriod. Only boards of these matches are affected.
    """
    run(_CLOSE, moments)


def mark_form_outdated(match_ids: Sequence[int]) -> None:
    """Mark as disturbed the tallies of the forecasters who predicted these matches, on the matches' boards.

    `rebuild_letters` then rebuilds their form.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DISTURB, {"moved": list(match_ids)})


def rebuild_letters(moments: Moments) -> None:
    """Rebuild the letters of disturbed tallies for the periods of these kickoffs; update form and streaks."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_DISTURBED, values(moments))
        is_outdated: bool = cursor.fetchone()[0]
    if is_outdated:
        for step in (CLEAR, READ, _CARRY, _SETTLE):
            run(step, moments)


def rebuild_all() -> None:
    """Recompute the form of every tally from all folded scores."""
    with connection.cursor() as cursor:
        cursor.execute(FROM_SCRATCH)


def run(statement: str, moments: Moments) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values(moments))


def values(moments: Moments) -> dict[str, list[int] | list[datetime]]:
    return {"matches": [match for match, _ in moments], "moments": [moment for _, moment in moments]}
