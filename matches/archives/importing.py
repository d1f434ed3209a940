"""Importing a file of predictions: names first, then rows by the chunk.

The file is read twice: for its names, then for its rows. What is refused by row never stops the others, and
importing again is a no-op, so an import that was interrupted is taken up by repeating it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from matches.archives import names
from matches.archives.names import Cast, NewForecasters
from matches.archives.reading import forecaster_of, lines_of, match_of, row_of
from matches.feeds.base import Unreadable
from matches.importing import Chunk, ImportRow, Refused, import_predictions
from matches.tables import Line

CHUNK = 10_000


@dataclass(slots=True)
class PredictionImport:
    """One import of a file. `refused`: what could not be read; what an import refuses is in its chunks."""

    path: Path
    kind: str
    source: str | None = None  # whose the match ids are; None: to be found
    own_ids: bool = False
    slugs: Mapping[str, str] = field(default_factory=dict)
    new: NewForecasters = field(default_factory=NewForecasters)
    rows: int = 0
    unread: set[str] = field(default_factory=set)
    refused: list[Refused] = field(default_factory=list)
    matches: dict[str, int] = field(default_factory=dict)
    cast: Cast = field(default_factory=Cast)

    def look_up(self) -> None:
        """Read all names, and look up their matches and forecasters.

        Raises FileUnusable, SourceUnclear or NamesUnclear.
        """
        ids, called = set(), set()
        for line in lines_of(self.path, self.kind, unread=self.unread):
            self.rows += 1
            if (found := _names(line)) is not None:
                ids.add(found[0])
                called.add(found[1])
        if self.source is None and not self.own_ids and ids:
            self.source = names.source_of(ids)
        self.matches = names.matches_of(ids, source=self.source)
        self.cast = names.cast_of(called, slugs=self.slugs, new=self.new)

    def run(self, *, chunk: int = CHUNK) -> Iterator[Chunk]:
        """Import chunk by chunk, each in one transaction with the forecasters that it creates.

        Nothing happens unless one iterates. What was yielded is committed.
        """
        chunks = import_predictions(self._rows(), provenance=None, chunk=chunk)
        while True:
            with transaction.atomic():
                done = next(chunks, None)
                self.cast.delete_unused()
            if done is None:
                return
            yield done

    def _rows(self) -> Iterator[ImportRow]:
        for line in lines_of(self.path, self.kind, unread=self.unread):
            try:
                yield self._row(line)
            except Unreadable as fault:
                self.refused.append(Refused(line.number, str(fault)))

    def _row(self, line: Line) -> ImportRow:
        if line.fault:
            raise Unreadable(line.fault)
        about, called = match_of(line), forecaster_of(line)
        if about not in self.matches:
            raise Unreadable(f"there is no match with the id {about!r} {self._whose_ids()}")
        if called in self.cast.faults:
            raise Unreadable(self.cast.faults[called])
        return row_of(line, match_id=self.matches[about], forecaster_id=self.cast.id_of(called))

    def _whose_ids(self) -> str:
        if self.source:
            return f"of the source {self.source!r}"
        return "of this site (--own-ids are plain numbers such as 7, not 07)"


def _names(line: Line) -> tuple[str, str] | None:
    """The names in a line; None where it cannot be read, which is told when its turn comes."""
    try:
        return None if line.fault else (match_of(line), forecaster_of(line))
    except Unreadable:
        return None
