"""Bulk import of predictions: validated in chunks, stored by COPY.

Validation, superseding and the lock follow the rules of `services.predictions.submit_predictions`.
"""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from secrets import randbits
from typing import NamedTuple

from django.db import transaction

from matches.imports.predictions import lookups
from matches.imports.predictions.copy_format import ImportRow
from matches.imports.predictions.copy_writer import CopyChunk, store
from matches.imports.predictions.lookups import ChunkLookups, Pair, is_after_kickoff
from matches.imports.predictions.validate import ChunkValidator, Refusal
from matches.models import Prediction
from matches.signals import predictions_submitted
from matches.statuses import KICKOFF_NOT_HELD, Status

__all__ = ["CopyChunk", "ImportRow", "Refusal", "import_predictions"]

CHUNK = 50_000
HINDSIGHT = Prediction.Provenance.HINDSIGHT


class _Part(NamedTuple):
    """Result for the rows of one chunk with one provenance."""

    provenance: str
    stored: int
    superseded: int
    refused: list[Refusal]
    matches: set[int]  # of the stored rows


def import_predictions(
    rows: Iterable[ImportRow],
    *,
    provenance: str | None = Prediction.Provenance.ARCHIVE,
    hindsight: bool = False,
    chunk: int = CHUNK,
) -> Iterator[CopyChunk]:
    """Store valid rows and report the others, in one transaction per chunk, while the caller iterates.

    A row that is already stored is unchanged, so an interrupted import can simply be repeated. A different
    stored prediction is superseded if the match is open; otherwise the row is refused.
    Of several rows by one forecaster about one match, the first valid one is stored. `live` rows require open
    matches; without a provenance, rows are `live` if their match is open, else `archive`.
    Rows with a `predicted_at` from the kickoff on are refused, or stored as `hindsight` if that is allowed
    and the kickoff is certain. Only one chunk is kept in memory.

    For a dry run, iterate within a transaction that is rolled back; it keeps its matches locked until then.
    An exception of the iterable ends the import; chunks that were yielded stay committed.
    """
    source, run = iter(rows), randbits(62)
    while some := [*islice(source, chunk)]:
        yield _import(some, provenance=provenance, hindsight=hindsight, run=run)


def _import(rows: list[ImportRow], *, provenance: str | None, hindsight: bool, run: int) -> CopyChunk:
    """Import one chunk and signal its matches, in one transaction."""
    with transaction.atomic():
        known = lookups.look_up(rows, run=run)
        after = [row for row in rows if row[8] is not None and is_after_kickoff(row, known)]
        faults = [(row, _fault(row, known, hindsight=hindsight)) for row in after]
        refused = [Refusal(row[0], fault) for row, fault in faults if fault]
        out = {id(row) for row in after}
        before = [row for row in rows if id(row) not in out] if after else rows
        wanted = _by_provenance(before, known, provenance)
        if kept := [row for row, fault in faults if not fault]:
            wanted.append((kept, HINDSIGHT))
        taken: dict[Pair, ImportRow] = {}
        parts = [_part(*part, known, taken, run=run) for part in wanted]
        match_ids = sorted({pk for part in parts for pk in part.matches})
        if match_ids:
            predictions_submitted.send(sender=Prediction, match_ids=match_ids)
    return CopyChunk(
        rows=len(rows),
        stored=sum(part.stored for part in parts),
        live=sum(part.stored for part in parts if part.provenance == Prediction.Provenance.LIVE),
        hindsight=sum(part.stored for part in parts if part.provenance == HINDSIGHT),
        superseded=sum(part.superseded for part in parts),
        refused=sorted([*refused, *(each for part in parts for each in part.refused)]),
    )


def _fault(row: ImportRow, known: ChunkLookups, *, hindsight: bool) -> str:
    """Return why a row that was made at or after the kickoff is refused, or "" if it is not.

    Unchanged rows always pass. The label is permanent, so it requires a certain kickoff (docs/adr/0034).
    """
    if lookups.is_stored(row, known):
        return ""
    match, at = known.matches[row[1]], row[8]
    what = f"predicted_at {at} is not before the kickoff at {match.lock_at}"
    if match.is_open:
        return f"{what}, which is still to come"
    if match.status == Status.CANCELLED:
        return f"{what}; the match is cancelled, so it takes no predictions dated after its kickoff"
    if match.status in KICKOFF_NOT_HELD:
        return f"{what}, but the match is {match.status}: record its new kickoff, then import this row again"
    if at is not None and at < match.reveal_at:
        return (
            f"predicted_at {at} is not before the earlier reported kickoff {match.lock_at}, but before the"
            f" later one {match.reveal_at}. Confirm or reject the kickoff under Feed problems in the admin,"
            " then import this row again."
        )
    return "" if hindsight else f"{what}; --hindsight imports it, marked as hindsight"


def _by_provenance(
    rows: list[ImportRow], known: ChunkLookups, provenance: str | None
) -> list[tuple[list[ImportRow], str]]:
    """Group the rows by provenance; if none is given, rows about open matches are live."""
    if provenance is not None:
        return [(rows, provenance)]
    still_open = {pk for pk, match in known.matches.items() if match.is_open}
    live = [row for row in rows if row[1] in still_open]
    archive = [row for row in rows if row[1] not in still_open] if live else rows
    return [(live, Prediction.Provenance.LIVE), (archive, Prediction.Provenance.ARCHIVE)]


def _part(
    rows: list[ImportRow], provenance: str, known: ChunkLookups, taken: dict[Pair, ImportRow], *, run: int
) -> _Part:
    """Store the rows of a chunk with one provenance; `taken` contains the rows of the parts before."""
    validator = ChunkValidator(known, live=provenance == Prediction.Provenance.LIVE, taken=taken)
    with _without_garbage_collection():
        stored, superseded = store(rows, validator, provenance=provenance)
    lookups.remember(_rows_on_open_matches(validator), run=run)
    return _Part(provenance, len(stored), superseded, validator.refused, {row[1] for row in stored})


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Disable the garbage collector: validation makes many objects and no cycles, and runs a fifth faster."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _rows_on_open_matches(validator: ChunkValidator) -> dict[Pair, int]:
    """Return the rows on open matches, which later chunks must not supersede: pair -> row number.

    On locked matches, the lock prevents that.
    """
    failed = {each.number for each in validator.refused}
    return {
        pair: row[0]
        for pair, row in validator.taken.items()
        if validator.known.matches[pair[0]].is_open and row[0] not in failed
    }
