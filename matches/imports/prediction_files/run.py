"""Import a file of predictions: first its names, then its rows in chunks.

The file is read twice: for its names, then for its rows. A refused row does not affect the others. Importing
again is a no-op, so an interrupted import can simply be repeated.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.db import transaction

from matches.feeds.providers.feed_format import BadEntry
from matches.imports.prediction_files import resolve
from matches.imports.prediction_files.parse import forecaster_of, lines_of, match_of, row_of
from matches.imports.prediction_files.resolve import ForecasterNames, NewForecasters
from matches.imports.predictions.bulk import CopyChunk, ImportRow, import_predictions
from matches.imports.readers import FileLine
from matches.imports.text_files import FileNotes

CHUNK = 10_000


class RefusedRow(NamedTuple):
    """A row that was not stored: its line, its match id and forecaster in the file, and why."""

    row: int
    id: str
    forecaster: str
    reason: str


@dataclass(slots=True)
class PredictionImport:
    """One import of a file."""

    path: Path
    kind: str
    now: datetime
    source: str | None = None  # of the match ids; None: determined by look_up()
    own_ids: bool = False
    slugs: Mapping[str, str] = field(default_factory=dict)
    new: NewForecasters = field(default_factory=NewForecasters)
    rows: int = 0
    encoding: str | None = None
    hindsight: bool = False  # import rows that were made after the kickoff
    noticed: FileNotes = field(default_factory=FileNotes)
    refused: list[RefusedRow] = field(default_factory=list)
    matches: dict[str, int] = field(default_factory=dict)
    cast: ForecasterNames = field(default_factory=ForecasterNames)
    _about: dict[int, tuple[str, str]] = field(default_factory=dict)  # names in the rows of this chunk

    def look_up(self) -> None:
        """Read all names, and look up their matches and forecasters.

        Raises FileUnusable, SourceUnclear or NamesUnclear.
        """
        ids, called = set(), set()
        for line in self._lines():
            self.rows += 1
            if (found := _names(line)) is not None:
                ids.add(found[0])
                called.add(found[1])
        if self.source is None and not self.own_ids and ids:
            self.source = resolve.source_of(ids)
        self.matches = resolve.matches_of(ids, source=self.source)
        self.cast = resolve.resolve_forecasters(called, slugs=self.slugs, new=self.new)

    def run(self, *, chunk: int = CHUNK) -> Iterator[CopyChunk]:
        """Import the rows chunk by chunk while the caller iterates. Each yielded chunk is committed.

        A chunk and the forecasters that it creates are written in one transaction.
        """
        chunks = import_predictions(self._rows(), provenance=None, hindsight=self.hindsight, chunk=chunk)
        while True:
            with transaction.atomic():
                done = next(chunks, None)
                self.cast.delete_unused()
            if done is None:
                return
            self.refused += [self._refused(each.number, each.reason) for each in done.refused]
            self._about.clear()
            yield done

    def _refused(self, number: int, reason: str) -> RefusedRow:
        return RefusedRow(number, *self._about.get(number, ("", "")), reason)

    def _lines(self) -> Iterator[FileLine]:
        return lines_of(self.path, self.kind, noticed=self.noticed, encoding=self.encoding)

    def _rows(self) -> Iterator[ImportRow]:
        for line in self._lines():
            self._about[line.number] = _name_in(line, match_of), _name_in(line, forecaster_of)
            try:
                yield self._row(line)
            except BadEntry as fault:
                self.refused.append(self._refused(line.number, str(fault)))

    def _row(self, line: FileLine) -> ImportRow:
        if line.fault:
            raise BadEntry(line.fault)
        about, called = match_of(line), forecaster_of(line)
        if about not in self.matches:
            raise BadEntry(f"there is no match with the id {about!r} {self._whose_ids()}")
        if called in self.cast.faults:
            raise BadEntry(self.cast.faults[called])
        row = row_of(
            line,
            match_id=self.matches[about],
            forecaster_id=self.cast.id_of(called),
            noticed=self.noticed,
        )
        if row.predicted_at is not None and row.predicted_at > self.now:
            raise BadEntry(f"predicted_at {row.predicted_at} is in the future")
        return row

    def _whose_ids(self) -> str:
        if self.source:
            return f"of the source {self.source!r}"
        return "of this site (--own-ids are plain numbers such as 7, not 07)"


def _name_in(line: FileLine, read: Callable[[FileLine], str]) -> str:
    """Return a name of a line that may be faulty, or "" if it cannot be read."""
    try:
        return read(line)
    except BadEntry:
        return ""


def _names(line: FileLine) -> tuple[str, str] | None:
    """Return the names in a line, or None if it cannot be read; that is reported when its row is imported."""
    try:
        return None if line.fault else (match_of(line), forecaster_of(line))
    except BadEntry:
        return None
