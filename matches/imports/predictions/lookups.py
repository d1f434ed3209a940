"""What an import must know to judge a chunk of rows: asked in one question per table, not per row."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from matches.imports.predictions.copy_format import ImportRow, Said

Pair = tuple[int, int]  # match, forecaster
BIGGEST = 2**63 - 1

HOLD = (
    "SELECT id FROM matches_match WHERE id = ANY(%s) ORDER BY id FOR SHARE",
    "SELECT id FROM matches_forecaster WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE",
)
# A statement of its own after the holding: it sees what the holding waited for.
MATCHES = """
SELECT m.id, m.lock_at, m.reveal_at, m.status,
       m.status IN ('scheduled', 'postponed', 'suspended') AND clock_timestamp() < m.lock_at,
       EXISTS (SELECT FROM matches_prediction p WHERE p.match_id = m.id AND p.superseded_at IS NULL)
FROM matches_match m WHERE m.id = ANY(%s)
"""
FORECASTERS = "SELECT id, retired_at FROM matches_forecaster WHERE id = ANY(%s)"
# LATERAL with LIMIT is one probe of the unique index per pair, whatever the planner believes.
STORED = """
SELECT w.match_id, w.forecaster_id, p.*
FROM unnest(%s::bigint[], %s::bigint[]) AS w (match_id, forecaster_id)
CROSS JOIN LATERAL (
    SELECT p.id, p.home_goals, p.away_goals, p.p_home, p.p_draw, p.p_away, p.predicted_at
    FROM matches_prediction p
    WHERE p.match_id = w.match_id AND p.forecaster_id = w.forecaster_id AND p.superseded_at IS NULL LIMIT 1
) AS p
"""
# What an import has said so far about open matches: its first word stands, in whatever chunk it was.
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
    """All that the rows of one chunk refer to."""

    matches: dict[int, KnownMatch]
    retired: dict[int, datetime | None]  # of every forecaster that there is
    stored: dict[Pair, tuple[int, Said]]  # id and words of what is current
    said: dict[Pair, int]  # on open matches: the number of the row that said it, in an earlier chunk


def look_up(rows: Sequence[ImportRow], *, run: int) -> ChunkLookups:
    """Hold the matches and forecasters of these rows until the transaction ends, and look at them."""
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
    return ChunkLookups(matches, retired, *_said_before(asked, matches, run))


def is_after_kickoff(row: ImportRow, known: ChunkLookups) -> bool:
    """Return True if the row was made at or after the kickoff, by its own date: as late as the lock says."""
    match, at = known.matches.get(row[1]) if type(row[1]) is int else None, row[8]
    if match is None or not isinstance(at, datetime) or at.utcoffset() is None:
        return False  # a fault of its own, which the judge reports
    return at >= match.lock_at


def is_stored(row: ImportRow, known: ChunkLookups) -> bool:
    """Return True if the current prediction of this forecaster for this match is the same as the row."""
    stored = known.stored.get((row[1], row[2]))
    return stored is not None and stored[1] == row[3:9]


def _ids(values: Iterable[object]) -> list[int]:
    """Those that can be ids; the judge refuses the others."""
    return sorted(int(each) for each in values if isinstance(each, int) and 0 < each <= BIGGEST)


def _said_before(
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
    """Of these pairs the import has said its word, in the rows of these numbers."""
    if said:
        with connection.cursor() as cursor:
            cursor.execute(SAID_TABLE)
            cursor.execute(SAY, [run, *_columns(said), [*said.values()]])


def _columns(pairs: Iterable[Pair]) -> list[list[int]]:
    return [list(column) for column in zip(*pairs, strict=True)]
