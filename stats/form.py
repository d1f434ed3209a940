"""Form and streaks: letters in the order of the season, kept beside the counts and as exactly.

The order is by kickoff, then by when the match was first settled, then by id, as in content/sql/snapshot.sql.
A letter that follows the last one is put behind it (sql/fold.sql). Everything else (a correction, a match
settled late, a kickoff that moved) marks rows as disturbed, and their letters are read anew: of the periods
that were touched, not of all the history there is.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from core.db import sql

_TOUCHED = sql.read("stats/sql/form_touched.sql")
_CLOSE, _CLEAR, _READ, _CARRY, _SETTLE = (
    sql.read(f"stats/sql/form_{step}.sql").format(touched=_TOUCHED)
    for step in ("close", "clear", "read", "carry", "settle")
)
_FROM_SCRATCH = sql.read("stats/sql/form_from_scratch_v1.sql")
_DISTURB = sql.read("stats/sql/form_disturb.sql")
_IS_DISTURBED = f"""
WITH {_TOUCHED} SELECT EXISTS (SELECT FROM touched JOIN stats_tally USING (scope, scope_id) WHERE disturbed)
"""

Moments = Sequence[tuple[int, datetime]]  # a match and a kickoff that it has or had


def close_periods(moments: Moments) -> None:
    """Where these matches begin a new period on a board, put the letters of the one before away."""
    _run(_CLOSE, moments)


def disturb(match_ids: Sequence[int]) -> None:
    """Have the rows of whoever predicted these matches read anew."""
    with connection.cursor() as cursor:
        cursor.execute(_DISTURB, {"moved": list(match_ids)})


def read_anew(moments: Moments) -> None:
    """Bring disturbed rows in order, from the scores of the periods that these moments are in."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_DISTURBED, _values(moments))
        is_disturbed: bool = cursor.fetchone()[0]
    if is_disturbed:
        for step in (_CLEAR, _READ, _CARRY, _SETTLE):
            _run(step, moments)


def from_scratch() -> None:
    """Count the form of every tally from all scores that are folded."""
    with connection.cursor() as cursor:
        cursor.execute(_FROM_SCRATCH)


def _run(statement: str, moments: Moments) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, _values(moments))


def _values(moments: Moments) -> dict[str, list[int] | list[datetime]]:
    return {"matches": [match for match, _ in moments], "moments": [moment for _, moment in moments]}
