"""Look up the data that validating a chunk of rows requires: one query per table, not per row."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from matches.imports.predictions.copy_format import ImportRow, Said
from matches.statuses import OPEN, sql_list

Pair = tuple[int, int]  # match, forecaster
BIGGEST = 2**63 - 1

HOLD = (
    "SELECT id FROM matches_match WHERE id = ANY(%s) ORDER BY id FOR SHARE",
    "SELECT id FROM matches_forecaster WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE",
)
# A separate statement after locking: it sees the changes that the locks waited for.
MATCHES = f"""
SELECT m.id, m.lock_at, m.reveal_at, m.status,
       m.status IN ({sql_list(OPEN)}) AND clock_timestamp() < m.lock_at,
       EXISTS (SELECT FROM matches_prediction p WHERE p.match_id = m.id AND p.superseded_at IS NULL)
FROM matches_match m WHERE m.id = ANY(%s)
"""
FORECASTERS = "SELECT id, retired_at FROM matches_forecaster WHERE id = ANY(%s)"
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
# Predictions of this import for open matches so far: the first one stands, also against later chunks.
SAID_TABLE = """
CREATE TEMP TABLE IF NOT EXISTS import_said (
    run bigint, match_id bigint, forecaster_id bigint, number bigint,
    PRIMARY KEY (run, match_id, forecaster_id)
)
"""
SAID = """
SELECT s.match_id, s.forecaster_id, s.number
FROM unnest(%s::bigint[], %s::bigint[]) AS w (match_id, forecaster_id)
JOIN import_said s ON s.run = %s AND s.match_id = w.match_id AND s.forecaster_id = w.forecaster_id
"""
SAY = """
INSERT INTO import_said SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])
ON CONFLICT DO NOTHING
"""


class KnownMatch(NamedTuple):
    lock_at: datetime
    reveal_at: datetime  # later than lock_at while the kickoff is in doubt
    status: str
    is_open: bool
    has_predictions: bool


class ChunkLookups(NamedTuple):
    """Data that the rows of one chunk refer to."""

    matches: dict[int, KnownMatch]
    retired: dict[int, datetime | None]  # of every existing forecaster
    stored: dict[Pair, tuple[int, Said]]  # id and values of the current prediction
    said: dict[Pair, int]  # open matches only: row number in an earlier chunk


def look_up(rows: Sequence[ImportRow], *, run: int) -> ChunkLookups:
    """Lock the matches and forecasters of these rows until the transaction ends, and load them."""
    match_ids, who = _ids({row[1] for row in rows}), _ids({row[2] for row in rows})
    with connection.cursor() as cursor:
        cursor.execute(HOLD[0], [match_ids])
        cursor.execute(HOLD[1], [who])
        cursor.execute(MATCHES, [match_ids])
        matches = {pk: KnownMatch(*rest) for pk, *rest in cursor.fetchall()}
        cursor.execute(FORECASTERS, [who])
        retired = dict(cursor.fetchall())
    busy = {pk for pk, match in matches.items() if match.has_predictions}
    asked = {(row[1], row[2]) for row in rows if row[1] in busy and row[2] in retired} if busy else set()
    return ChunkLookups(matches, retired, *_earlier_predictions(asked, matches, run))


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


def _ids(values: Iterable[object]) -> list[int]:
    """Return the values that can be ids; the validator refuses the others."""
    return sorted(int(each) for each in values if isinstance(each, int) and 0 < each <= BIGGEST)


def _earlier_predictions(
    asked: set[Pair], matches: dict[int, KnownMatch], run: int
) -> tuple[dict[Pair, tuple[int, Said]], dict[Pair, int]]:
    if not asked:
        return {}, {}
    with connection.cursor() as cursor:
        cursor.execute(STORED, _columns(asked))
        stored = {(match, who): (pk, tuple(said)) for match, who, pk, *said in cursor.fetchall()}
        opened = {pair for pair in asked if matches[pair[0]].is_open}
        if not opened:
            return stored, {}
        cursor.execute(SAID_TABLE)
        cursor.execute(SAID, [*_columns(opened), run])
        return stored, {(match, who): number for match, who, number in cursor.fetchall()}


def remember(said: dict[Pair, int], *, run: int) -> None:
    """Store which row of this import predicted each pair first."""
    if said:
        with connection.cursor() as cursor:
            cursor.execute(SAID_TABLE)
            cursor.execute(SAY, [run, *_columns(said), [*said.values()]])


def _columns(pairs: Iterable[Pair]) -> list[list[int]]:
    return [list(column) for column in zip(*pairs, strict=True)]
