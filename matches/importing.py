"""Importing predictions by the hundred thousand: checked by the chunk, stored by COPY.

What a row may say, what it supersedes and what the lock refuses is as with `services.submit_predictions`.
"""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from secrets import randbits

from django.db import transaction

from matches import import_checks
from matches.import_checks import Pair
from matches.import_judge import Judge, Refused
from matches.import_lines import ImportRow
from matches.import_store import Chunk, store
from matches.models import Prediction
from matches.signals import predictions_submitted

__all__ = ["Chunk", "ImportRow", "Refused", "import_predictions"]

CHUNK = 50_000


def import_predictions(
    rows: Iterable[ImportRow], *, provenance: str = Prediction.Provenance.ARCHIVE, chunk: int = CHUNK
) -> Iterator[Chunk]:
    """Store what is good, tell what is not, one transaction per chunk; nothing happens unless one iterates.

    What is stored as it stands is left alone, so an import that was interrupted is taken up again by
    repeating it. What is stored otherwise is superseded where the match is open, else the row is refused.
    Of several rows by one forecaster about one match the first good one stands. `live` rows are for matches
    that are still open. Memory holds one chunk, however long the import.

    To see what would happen, iterate within a transaction that is rolled back; it holds its matches so long.
    What the iterable raises ends the import; the chunks that were yielded stand.
    """
    source, run = iter(rows), randbits(62)
    while some := [*islice(source, chunk)]:
        yield _import(some, provenance=provenance, run=run)


def _import(rows: list[ImportRow], *, provenance: str, run: int) -> Chunk:
    """One chunk, and the news of it, in one transaction."""
    with transaction.atomic():
        known = import_checks.look_up(rows, run=run)
        judge = Judge(known, live=provenance == Prediction.Provenance.LIVE)
        with _collector_at_rest():
            stored, superseded = store(rows, judge, provenance=provenance)
        refused = sorted(judge.refused)
        import_checks.remember(_said(judge), run=run)
        if stored:
            match_ids = sorted({row[1] for row in stored})
            predictions_submitted.send(sender=Prediction, match_ids=match_ids)
    return Chunk(rows=len(rows), stored=len(stored), superseded=superseded, refused=refused)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Judging makes many objects and no cycles; looking for some takes a fifth of its time."""
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            gc.enable()


def _said(judge: Judge) -> dict[Pair, int]:
    """What later chunks must not take back: on matches that are closed the lock sees to that."""
    failed = {each.number for each in judge.refused}
    return {
        pair: row[0]
        for pair, row in judge.taken.items()
        if judge.known.matches[pair[0]].is_open and row[0] not in failed
    }
