"""Bulk import of predictions: validated in chunks, stored by COPY.

Validation, superseding and the lock follow the rules of `services.predictions.submit_predictions`.
"""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import NamedTuple

from django.db import transaction

from matches.imports.predictions.copy_format import ImportRow
from matches.imports.predictions.copy_writer import CopyChunk, store
from matches.imports.predictions.validate import (
    ChunkLookups,
    ChunkValidator,
    Refusal,
    is_after_kickoff,
    is_stored,
    look_up,
)
from matches.models import Prediction
from matches.services.predictions import Pair
from matches.signals import predictions_submitted
from matches.statuses import KICKOFF_NOT_HELD, Status

CHUNK = 50_000
LIVE, ARCHIVE, HINDSIGHT = (
    Prediction.Provenance.LIVE,
    Prediction.Provenance.ARCHIVE,
    Prediction.Provenance.HINDSIGHT,
)


class _StoredPart(NamedTuple):
    """Result for the rows of one chunk with one provenance."""

    provenance: str
    stored: int
    superseded: int
    refused: list[Refusal]
    matches: set[int]  # of the stored rows


def import_predictions(
    rows: Iterable[ImportRow],
    *,
    provenance: str | None = ARCHIVE,
    hindsight: bool = False,
    chunk: int = CHUNK,
) -> Iterator[CopyChunk]:
    """Store valid rows and report the others, in one transaction per chunk, while the caller iterates.

    A row whose prediction is already stored changes nothing, so an interrupted import can simply be repeated.
    A row with a different prediction supersedes the stored one if the match is open for predictions;
    otherwise the row is refused. If several rows have the same forecaster and match, the first valid one is
    stored.

    With the provenance `live`, rows for matches that are not open are refused. With the provenance None, rows
    are `live` if their match is open, else `archive`. Rows with a `predicted_at` at or after the kickoff are
    refused, or stored as `hindsight` if `hindsight` is True and the kickoff is certain.

    Keeps in memory one chunk at a time, and the row numbers of all predictions for open matches. For a dry
    run, iterate within a transaction that is rolled back; the matches stay locked until then. An exception
    raised by `rows` ends the import; chunks that were yielded stay committed.
    """
    source = iter(rows)
    # Row numbers by pair. On open matches, later chunks must not supersede earlier ones; elsewhere the lock
    # prevents that.
    earlier: dict[Pair, int] = {}
    while some := [*islice(source, chunk)]:
        yield _import(some, provenance=provenance, hindsight=hindsight, earlier=earlier)


def _import(
    rows: list[ImportRow], *, provenance: str | None, hindsight: bool, earlier: dict[Pair, int]
) -> CopyChunk:
    """Import one chunk and send `predictions_submitted` for its matches, in one transaction."""
    first_rows: dict[Pair, ImportRow] = {}
    with transaction.atomic():
        known = look_up(rows)
        groups, refused = _by_provenance(rows, known, provenance, hindsight=hindsight)
        parts = [_store_part(*group, known, first_rows, earlier) for group in groups]
        if match_ids := sorted({pk for part in parts for pk in part.matches}):
            predictions_submitted.send(sender=Prediction, match_ids=match_ids)
    refused += [each for part in parts for each in part.refused]
    _remember(first_rows, known, refused, earlier)
    return CopyChunk(
        rows=len(rows),
        stored=sum(part.stored for part in parts),
        live=sum(part.stored for part in parts if part.provenance == LIVE),
        hindsight=sum(part.stored for part in parts if part.provenance == HINDSIGHT),
        superseded=sum(part.superseded for part in parts),
        refused=sorted(refused),
    )


def _by_provenance(
    rows: list[ImportRow], known: ChunkLookups, provenance: str | None, *, hindsight: bool
) -> tuple[list[tuple[list[ImportRow], str]], list[Refusal]]:
    """Return the rows grouped by provenance, and the refused rows.

    A row that was predicted at or after the kickoff is in the group `hindsight`, or refused if
    `_hindsight_error` returns an error for it.
    """
    late = [row for row in rows if row[8] is not None and is_after_kickoff(row, known)]
    groups: list[tuple[list[ImportRow], str]] = []
    refused: list[Refusal] = []
    kept = []
    for row in late:
        if error := _hindsight_error(row, known, hindsight=hindsight):
            refused.append(Refusal(row[0], error))
        else:
            kept.append(row)
    if late:
        late_ids = {id(row) for row in late}
        rows = [row for row in rows if id(row) not in late_ids]
    if provenance is None:
        still_open = {pk for pk, match in known.matches.items() if match.is_open}
        live = [row for row in rows if row[1] in still_open]
        groups.append((live, LIVE))
        rows = [row for row in rows if row[1] not in still_open] if live else rows
    groups.append((rows, provenance or ARCHIVE))
    if kept:
        groups.append((kept, HINDSIGHT))
    return groups, refused


def _hindsight_error(row: ImportRow, known: ChunkLookups, *, hindsight: bool) -> str:
    """Return why a row that was made at or after the kickoff is refused, or "" if it is accepted.

    Unchanged rows are always accepted. The label `hindsight` is permanent, so it requires a certain kickoff
    (docs/adr/0034).
    """
    if is_stored(row, known):
        return ""
    match, at = known.matches[row[1]], row[8]
    problem = f"predicted_at {at} is not before the kickoff at {match.lock_at}"
    if match.is_open:
        return f"{problem}, which is in the future"
    if match.status == Status.CANCELLED:
        return f"{problem}; the match is cancelled and accepts no predictions dated after its kickoff"
    if match.status in KICKOFF_NOT_HELD:
        return (
            f"{problem}, but the match is {match.status}: record its new kickoff, then import the row again"
        )
    if at is not None and at < match.reveal_at:
        return (
            f"predicted_at {at} is not before the earlier reported kickoff {match.lock_at}, but before the"
            f" later one {match.reveal_at}. Confirm or reject the kickoff under Doubts and feed problems in"
            " the admin, then import the row again"
        )
    return "" if hindsight else f"{problem}; --hindsight imports it, marked as hindsight"


def _store_part(
    rows: list[ImportRow],
    provenance: str,
    known: ChunkLookups,
    first_rows: dict[Pair, ImportRow],
    earlier: dict[Pair, int],
) -> _StoredPart:
    """Store the rows of a chunk with one provenance.

    Adds to `first_rows` the first row of each forecaster and match.
    """
    validator = ChunkValidator(known, live=provenance == LIVE, first_rows=first_rows, earlier=earlier)
    with _without_garbage_collection():
        stored, superseded = store(rows, validator, provenance=provenance)
    return _StoredPart(provenance, len(stored), superseded, validator.refused, {row[1] for row in stored})


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Disable the garbage collector during validation.

    Validation makes many objects but no cycles, and is a fifth faster without garbage collection.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _remember(
    first_rows: dict[Pair, ImportRow], known: ChunkLookups, refused: list[Refusal], earlier: dict[Pair, int]
) -> None:
    """Add the row numbers of stored and unchanged rows to `earlier`, by match and forecaster.

    Later chunks must not supersede the predictions in these rows. Rows for matches that are not open are left
    out, because their predictions cannot be superseded.
    """
    failed = {each.number for each in refused}
    for pair, row in first_rows.items():
        if known.matches[pair[0]].is_open and row[0] not in failed:
            earlier.setdefault(pair, row[0])
