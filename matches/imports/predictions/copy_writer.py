"""Store one chunk by COPY. If a constraint or trigger refuses it, find and report the refused rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from os import urandom

from django.db import DataError, IntegrityError, connection, transaction

from matches.imports.predictions.copy_format import COLUMNS, ImportRow
from matches.imports.predictions.validate import ChunkValidator, Refusal, ValidRow

BLOCK = 3_000  # lines per write to COPY
SUPERSEDE = "UPDATE matches_prediction SET superseded_at = clock_timestamp() WHERE id = ANY(%s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyChunk:
    """Result for the rows of one chunk: stored, refused, or unchanged because they were stored before."""

    rows: int
    stored: int
    live: int  # of these: received before their match locked
    hindsight: int  # of these: made after the kickoff
    superseded: int
    refused: list[Refusal]

    @property
    def unchanged(self) -> int:
        return self.rows - self.stored - len(self.refused)


def store(
    rows: list[ImportRow], validator: ChunkValidator, *, provenance: str
) -> tuple[list[ImportRow], int]:
    """Validate these rows and store the valid ones, in the caller's transaction.

    Lines are sent during validation, so that Python and PostgreSQL work at the same time. Returns the stored
    rows, and the number of them that superseded another prediction.
    """
    lines = validator.fresh_lines(rows)
    try:
        with transaction.atomic():
            _copy(lines, provenance)
        stored = validator.fresh
    except (IntegrityError, DataError):
        for _ in lines:  # validate the rows that were not sent
            pass
        stored = [each.row for each in _store_by_bisection(validator.all_fresh(), validator, provenance)]
    changed = [each.row for each in _store_by_bisection(validator.changed, validator, provenance)]
    return stored + changed, len(changed)


def _store_by_bisection(good: list[ValidRow], validator: ChunkValidator, provenance: str) -> list[ValidRow]:
    """Store the rows that the database accepts, and return them. Report each row that it refuses.

    If the database refuses several rows together, tries each half of them by itself.
    """
    if not good:
        return []
    try:
        with transaction.atomic():
            _supersede([each.supersedes for each in good if each.supersedes])
            _copy((each.line for each in good), provenance)
        return good
    except (IntegrityError, DataError) as refused:
        if len(good) == 1:
            validator.refused.append(Refusal(good[0].row[0], str(refused).partition("\n")[0]))
            return []
    half = len(good) // 2
    return _store_by_bisection(good[:half], validator, provenance) + _store_by_bisection(
        good[half:], validator, provenance
    )


def _copy(lines: Iterable[str], provenance: str) -> None:
    """Send the lines by COPY. The database sets `submitted_at` and `late`.

    The salts are generated here, because COPY inserts rows one by one if a column has a random default.
    """
    end = f"\t{provenance}\n"
    statement = f"COPY matches_prediction ({COLUMNS}, salt, provenance) FROM STDIN"
    # Errors at the end of COPY bypass Django's cursor wrapper, so they are converted here.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in _blocks(lines):
            copy.write(
                "".join(f"{line}\t{salt}{end}" for line, salt in zip(block, _salts(len(block)), strict=True))
            )


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    iterator = iter(lines)
    while block := [*islice(iterator, BLOCK)]:
        yield block


def _salts(wanted: int) -> Iterator[str]:
    """Yield salts of 128 random bits, in hexadecimal."""
    bits = urandom(16 * wanted).hex()
    return (bits[start : start + 32] for start in range(0, len(bits), 32))


def _supersede(ids: list[int]) -> None:
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(SUPERSEDE, [ids])
