"""Import a file of predictions in chunks.

The file is read twice: for its names, then for its rows. A refused row does not affect the others. Importing
again is a no-op, so an interrupted import can simply be repeated.
"""

from collections import Counter
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
from matches.imports.predictions.bulk import import_predictions
from matches.imports.predictions.copy_format import ImportRow
from matches.imports.predictions.copy_writer import CopyChunk
from matches.imports.readers import FileLine
from matches.imports.text_files import FileNotes

CHUNK = 10_000
OF_SITE = "of this site (--own-ids are plain numbers such as 7, not 07)"


class RefusedRow(NamedTuple):
    """A row that was not stored: its line, its match id and forecaster in the file, and why."""

    row: int
    id: str
    forecaster: str
    reason: str


@dataclass(slots=True)
class PredictionImport:
    """One import of a file of predictions: its options, and what was found in the file."""

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
    unknown_ids: list[str] = field(default_factory=list)  # match ids without a match
    forecasters: ForecasterNames = field(default_factory=ForecasterNames)
    forms: Counter[str] = field(default_factory=Counter)  # number of rows by form of their probabilities
    _names: dict[int, tuple[str, str]] = field(default_factory=dict)  # in the rows of this chunk

    def look_up(self) -> None:
        """Read the file, and look up its matches and forecasters.

        Raises FileUnusable, SourceUnclear or NamesUnclear.
        """
        self.rows = 0
        ids, names = set(), set()
        for line in self._lines():
            self.rows += 1
            match, forecaster = _names_in(line)
            if match and forecaster and not line.fault:
                ids.add(match)
                names.add(forecaster)
        if self.source is None and not self.own_ids and ids:
            self.source = resolve.source_of(ids)
        self.matches = resolve.matches_of(ids, source=self.source)
        self.unknown_ids = sorted(ids - self.matches.keys())
        self.forecasters = resolve.resolve_forecasters(names, slugs=self.slugs, new=self.new)

    def run(self, *, chunk: int = CHUNK) -> Iterator[CopyChunk]:
        """Import the rows chunk by chunk while the caller iterates. Each yielded chunk is committed.

        A chunk and the forecasters that it creates are written in one transaction.
        """
        chunks = import_predictions(self._rows(), provenance=None, hindsight=self.hindsight, chunk=chunk)
        while True:
            with transaction.atomic():
                done = next(chunks, None)
                self.forecasters.delete_unused()
            if done is None:
                self._note_forms()
                return
            self.refused += [self._refused(each.number, each.reason) for each in done.refused]
            self._names.clear()
            yield done

    def _note_forms(self) -> None:
        for note, rows in sorted(self.forms.items()):
            if rows:
                self.noticed.note(note.format(rows=f"{rows} of {self.rows} rows"))

    def _refused(self, number: int, reason: str) -> RefusedRow:
        return RefusedRow(number, *self._names.get(number, ("", "")), reason)

    def _lines(self) -> Iterator[FileLine]:
        return lines_of(self.path, self.kind, noticed=self.noticed, encoding=self.encoding)

    def _rows(self) -> Iterator[ImportRow]:
        for line in self._lines():
            self._names[line.number] = _names_in(line)
            try:
                yield self._row(line)
            except BadEntry as error:
                self.refused.append(self._refused(line.number, str(error)))

    def _row(self, line: FileLine) -> ImportRow:
        if line.fault:
            raise BadEntry(line.fault)
        external_id, name = match_of(line), forecaster_of(line)
        if external_id not in self.matches:
            of_source = f"of the source {self.source!r}" if self.source else OF_SITE
            raise BadEntry(f"no match with id {external_id!r} {of_source}")
        if name in self.forecasters.faults:
            raise BadEntry(self.forecasters.faults[name])
        match_id, forecaster_id = self.matches[external_id], self.forecasters.id_of(name)
        row = row_of(line, match_id=match_id, forecaster_id=forecaster_id, forms=self.forms)
        if row.predicted_at is not None and row.predicted_at > self.now:
            raise BadEntry(f"predicted_at {row.predicted_at} is in the future")
        return row


def _names_in(line: FileLine) -> tuple[str, str]:
    """Return the match id and the forecaster's name of a line. Each of them is "" if it cannot be read."""
    return _name_or_empty(line, match_of), _name_or_empty(line, forecaster_of)


def _name_or_empty(line: FileLine, read: Callable[[FileLine], str]) -> str:
    try:
        return read(line)
    except BadEntry:
        return ""
