"""Look up the data that validating a chunk of rows requires: one query per table, not per row."""

from collections.abc import Container, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from matches.imports.predictions.copy_format import ImportRow, PredictionValues
from matches.services.match_locks import LockedMatch, lock_matches
from matches.services.predictions import Pair

MAX_ID = 2**63 - 1
LOCK_FORECASTERS = (
    "SELECT id, retired_at FROM matches_forecaster WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"
)
# LATERAL with LIMIT makes one index lookup per pair, independent of planner estimates.
STORED = """
SELECT w.match_id, w.forecaster_id, p.*
FROM unnest(%s::bigint[], %s::bigint[]) AS w (match_id, forecaster_id)
CROSS JOIN LATERAL (
    SELECT p.id, p.home_goals, p.away_goals, p.p_home, p.p_draw, p.p_away, p.predicted_at
    FROM matches_prediction p
    WHERE p.match_id = w.match_id AND p.forecaster_id = w.forecaster_id AND p.superseded_at IS NULL LIMIT 1
) AS p
"""


class ChunkLookups(NamedTuple):
    """Data that the rows of one chunk refer to."""

    matches: dict[int, LockedMatch]
    retired: dict[int, datetime | None]  # of every existing forecaster
    stored: dict[Pair, tuple[int, PredictionValues]]  # id and values of the current prediction


def look_up(rows: Sequence[ImportRow]) -> ChunkLookups:
    """Lock the matches and forecasters of these rows until the transaction ends, and load them."""
    matches = lock_matches(_possible_ids(row[1] for row in rows))
    with connection.cursor() as cursor:
        cursor.execute(LOCK_FORECASTERS, [sorted(_possible_ids(row[2] for row in rows))])
        retired = dict(cursor.fetchall())
    predicted = {pk for pk, match in matches.items() if match.has_predictions}
    stored = _stored(rows, predicted, retired) if predicted else {}
    return ChunkLookups(matches, retired, stored)


def _possible_ids(values: Iterable[object]) -> set[int]:
    """Return the values that can be ids; the validator refuses the others."""
    return {int(each) for each in set(values) if isinstance(each, int) and 0 < each <= MAX_ID}


def _stored(
    rows: Sequence[ImportRow], matches: Container[int], forecasters: Container[int]
) -> dict[Pair, tuple[int, PredictionValues]]:
    """Return the current predictions of the pairs in these rows."""
    pairs = {(row[1], row[2]) for row in rows if row[1] in matches and row[2] in forecasters}
    with connection.cursor() as cursor:
        cursor.execute(STORED, [[match for match, _ in pairs], [forecaster for _, forecaster in pairs]])
        return {(match, who): (pk, tuple(values)) for match, who, pk, *values in cursor.fetchall()}


def is_after_kickoff(row: ImportRow, known: ChunkLookups) -> bool:
    """Return True if `predicted_at` is at or after the kickoff (the earlier one if it is in doubt)."""
    match, at = known.matches.get(row[1]) if type(row[1]) is int else None, row[8]
    if match is None or not isinstance(at, datetime) or at.utcoffset() is None:
        return False  # an invalid row, which the validator reports
    return at >= match.lock_at


def is_stored(row: ImportRow, known: ChunkLookups) -> bool:
    """Return True if the current prediction of this forecaster for this match is the same as the row."""
    stored = known.stored.get((row[1], row[2]))
    return stored is not None and stored[1] == row[3:9]
