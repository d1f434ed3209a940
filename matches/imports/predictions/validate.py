"""Validate the rows of one chunk. Of several rows for one match and forecaster, the first valid one counts.

The stored data that the rows refer to is loaded with one query per table, not per row.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from matches.imports.predictions.copy_format import ImportRow, InvalidRow, PredictionValues, line
from matches.services.predictions import LockedMatch, Pair, lock_matches

MAX_ID = 2**63 - 1
LOCK_FORECASTERS = (
    "SELECT id, retired_at FROM matches_forecaster WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"
)
# LATERAL with LIMIT makes one index lookup per pair, independent of planner estimates.
_STORED = """
SELECT w.match_id, w.forecaster_id, p.*
FROM unnest(%s::bigint[], %s::bigint[]) AS w (match_id, forecaster_id)
CROSS JOIN LATERAL (
    SELECT p.id, p.home_goals, p.away_goals, p.p_home, p.p_draw, p.p_away, p.predicted_at
    FROM matches_prediction p
    WHERE p.match_id = w.match_id AND p.forecaster_id = w.forecaster_id AND {which} LIMIT 1
) AS p
"""
CURRENT = _STORED.format(which="p.superseded_at IS NULL")
LATE = _STORED.format(which="p.late ORDER BY p.submitted_at DESC, p.id DESC")


class ChunkLookups(NamedTuple):
    """Stored data that the import rows of one chunk refer to: matches, forecasters, current predictions."""

    matches: dict[int, LockedMatch]
    retired: dict[int, datetime | None]  # of every existing forecaster
    # Id and values of the current prediction. If the kickoff is in doubt: else of the last late one.
    stored: dict[Pair, tuple[int, PredictionValues]]


def look_up(rows: Sequence[ImportRow]) -> ChunkLookups:
    """Lock the matches and forecasters of these rows until the transaction ends, and load them."""
    matches = lock_matches(_possible_ids(row[1] for row in rows))
    with connection.cursor() as cursor:
        cursor.execute(LOCK_FORECASTERS, [sorted(_possible_ids(row[2] for row in rows))])
        retired = dict(cursor.fetchall())
    predicted = {pk for pk, match in matches.items() if match.has_predictions}
    # While a kickoff is in doubt, live predictions can be late. They count again if the doubt is rejected.
    in_doubt = {pk for pk, match in matches.items() if match.lock_at < match.reveal_at}
    stored = _stored(rows, in_doubt, retired, LATE) if in_doubt else {}
    stored |= _stored(rows, predicted, retired, CURRENT) if predicted else {}
    return ChunkLookups(matches, retired, stored)


def _possible_ids(values: Iterable[object]) -> set[int]:
    """Return the values that can be ids: positive integers of at most 64 bits."""
    return {int(each) for each in set(values) if isinstance(each, int) and 0 < each <= MAX_ID}


def _stored(
    rows: Sequence[ImportRow], matches: Container[int], forecasters: Container[int], query: str
) -> dict[Pair, tuple[int, PredictionValues]]:
    """Return the stored predictions that the query finds for the matches and forecasters of these rows."""
    pairs = {(row[1], row[2]) for row in rows if row[1] in matches and row[2] in forecasters}
    with connection.cursor() as cursor:
        cursor.execute(query, [[match for match, _ in pairs], [forecaster for _, forecaster in pairs]])
        return {(match, who): (pk, tuple(values)) for match, who, pk, *values in cursor.fetchall()}


def is_after_kickoff(row: ImportRow, known: ChunkLookups) -> bool:
    """Return True if `predicted_at` is at or after the kickoff.

    If the kickoff is in doubt, the earlier of the reported kickoffs is used.
    """
    match, at = known.matches.get(row[1]) if type(row[1]) is int else None, row[8]
    if match is None or not isinstance(at, datetime) or at.utcoffset() is None:
        return False  # an invalid row, which the validator reports
    return at >= match.lock_at


def is_stored(row: ImportRow, known: ChunkLookups) -> bool:
    """Return True if the stored prediction of this forecaster for this match is the same as the row."""
    stored = known.stored.get((row[1], row[2]))
    return stored is not None and stored[1] == row[3:9]


class Refusal(NamedTuple):
    """A row that was not stored, and why."""

    number: int
    reason: str


class ValidRow(NamedTuple):
    """A row that may be stored, and the id of the prediction that it supersedes, if any."""

    row: ImportRow
    line: str
    supersedes: int | None = None


@dataclass(slots=True)
class ChunkValidator:
    """Validator of the rows of one chunk. A pair is a match and a forecaster.

    `fresh` contains the valid rows of pairs without a stored prediction. `changed` contains the rows that
    supersede a stored prediction.
    """

    known: ChunkLookups
    live: bool
    first_rows: dict[Pair, ImportRow]  # the first valid row of each pair, in this chunk
    earlier: dict[Pair, int]  # open matches only: row number in an earlier chunk
    fresh: list[ImportRow] = field(default_factory=list)
    changed: list[ValidRow] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    def fresh_lines(self, rows: Iterable[ImportRow]) -> Iterator[str]:
        """Validate the rows one by one, and yield the COPY line of each new prediction.

        Rows that supersede a prediction are added to `changed`, and invalid rows to `refused`. Rows that
        repeat an earlier row or a stored prediction are skipped.
        """
        first_rows, stored, add_fresh = self.first_rows, self.known.stored, self.fresh.append
        matches, forecasters = self._always_valid()
        # Creates as few objects as possible, because this loop runs a million times.
        for row in rows:
            pair = match_id, forecaster_id = row[1:3]
            try:
                if not (
                    type(match_id) is int
                    and match_id in matches
                    and type(forecaster_id) is int
                    and forecaster_id in forecasters
                ):
                    self._require_known(row)
                text = line(row)
                if first_rows.setdefault(pair, row) is not row or pair in stored:
                    self._compare_with_first(row, pair, text)
                    continue
            except InvalidRow as error:
                self.refused.append(Refusal(row[0], str(error)))
                continue
            add_fresh(row)
            yield text

    def all_fresh(self) -> list[ValidRow]:
        return [ValidRow(row, line(row)) for row in self.fresh]

    def _always_valid(self) -> tuple[set[int], set[int]]:
        """Return the ids of matches and forecasters that can be accepted without a further check."""
        matches = {pk for pk, match in self.known.matches.items() if match.is_open or not self.live}
        return matches, {pk for pk, retired_at in self.known.retired.items() if retired_at is None}

    def _require_known(self, row: ImportRow) -> None:
        match_id, forecaster_id = row[1], row[2]
        match = self.known.matches.get(match_id) if type(match_id) is int else None
        if match is None:
            raise InvalidRow(f"no match with id {match_id!r}")
        if type(forecaster_id) is not int or forecaster_id not in self.known.retired:
            raise InvalidRow(f"no forecaster with id {forecaster_id!r}")
        if self.live and not match.is_open:
            raise InvalidRow(f"match {match_id} is locked")
        retired = self.known.retired[forecaster_id]
        if retired is not None and retired <= (row[8] or match.lock_at):
            raise InvalidRow(f"forecaster {forecaster_id} had retired before")

    def _compare_with_first(self, row: ImportRow, pair: Pair, text: str) -> None:
        """Compare a row with the first row of the same match and forecaster, and with the stored prediction.

        Adds the row to `changed` if it supersedes the stored prediction. Raises InvalidRow if it differs from
        the first row, or from a stored prediction that must not be superseded.
        """
        first = self.first_rows[pair]
        if first is not row:
            if row[3:9] != first[3:9]:
                raise InvalidRow(_differs_from(first[0], pair))
            return
        pk, values = self.known.stored[pair]
        if values != row[3:9]:
            self._require_open(pair)
            self.changed.append(ValidRow(row, text, pk))

    def _require_open(self, pair: Pair) -> None:
        """Raise InvalidRow if the row must not supersede the stored prediction.

        This is so if the match is not open, or if an earlier chunk of this import has a row of the same match
        and forecaster.
        """
        earlier = self.earlier.get(pair)
        if not self.known.matches[pair[0]].is_open or earlier is not None:
            del self.first_rows[pair]
            locked = f"a different prediction is stored, and match {pair[0]} is locked"
            raise InvalidRow(locked if earlier is None else _differs_from(earlier, pair))


def _differs_from(number: int, pair: Pair) -> str:
    return f"row {number} contains a different prediction of match {pair[0]}; the first row counts"
