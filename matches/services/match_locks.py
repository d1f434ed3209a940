"""Lock matches while predictions about them are stored, so that no kickoff moves meanwhile."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from matches.statuses import OPEN

# Matches before predictions, in the order of ids: the same order everywhere prevents deadlocks.
_LOCK = "SELECT FROM matches_match WHERE id = ANY(%s) ORDER BY id FOR SHARE"
# A separate statement after locking: it sees the changes that the lock waited for.
_READ = """
SELECT m.id, m.lock_at, m.reveal_at, m.status, clock_timestamp(),
       m.status = ANY(%s) AND clock_timestamp() < m.lock_at,
       EXISTS (SELECT FROM matches_prediction p WHERE p.match_id = m.id AND p.superseded_at IS NULL)
FROM matches_match m WHERE m.id = ANY(%s)
"""


class LockedMatch(NamedTuple):
    """A locked match row. `now` is the time of the database, which decides if the match is open."""

    pk: int
    lock_at: datetime
    reveal_at: datetime  # later than lock_at while the kickoff is in doubt
    status: str
    now: datetime
    is_open: bool
    has_predictions: bool


def lock_matches(ids: Iterable[int]) -> dict[int, LockedMatch]:
    """Return the existing matches by id, locked until the end of the transaction."""
    match_ids = sorted(set(ids))
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [match_ids])
        cursor.execute(_READ, [[*map(str, OPEN)], match_ids])
        return {row[0]: LockedMatch(*row) for row in cursor.fetchall()}
