"""Form and streaks of the tallies: one letter per match, in the order of the season.

The order is by kickoff, then by first settlement, then by id, as in content/sql/snapshot.sql. If a new letter
is the last one, it is appended (sql/fold.sql). Any other change (a correction, a match settled late, a moved
kickoff) marks the affected tallies as disturbed. Their letters are then rebuilt from the scores, but only for
the affected periods.
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
    """Archive the letters of the previous period on boards where these matches begin a new period."""
    run(_CLOSE, moments)


def mark_form_outdated(match_ids: Sequence[int]) -> None:
    """Mark the tallies of all forecasters who predicted these matches as disturbed, to rebuild their form."""
    with connection.cursor() as cursor:
        cursor.execute(_DISTURB, {"moved": list(match_ids)})


def rebuild_letters(moments: Moments) -> None:
    """Rebuild the letters of tallies marked as disturbed, for the periods that contain these kickoffs."""
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
