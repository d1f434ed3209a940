"""Importing a file of predictions: names first, then rows by the chunk.

The file is read twice: for its names, then for its rows. What is refused by row never stops the others, and
importing again is a no-op, so an import that was interrupted is taken up by repeating it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

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
    now: datetime
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
        """Read all names, and find whom and what they mean. Raises FileUnusable, or SourceUnclear."""
        ids, called = set(), set()
        for line in lines_of(self.path, self.kind, unread=self.unread):
            self.rows += 1
            if (found := _names(line)) is not None:
                ids.add(found[0])
                called.add(found[1])
        if self.source is None and not self.own_ids and ids:
            self.source = names.source_of(ids)
        self.matches = names.matches_of(ids, source=self.source)
        self.cast = names.cast_of(called, slugs=self.slugs, new=self.new, now=self.now)

    def run(self, *, chunk: int = CHUNK) -> Iterator[Chunk]:
        """Take in the rows; nothing happens unless one iterates. What was yielded is committed."""
        return import_predictions(self._rows(), provenance=None, chunk=chunk)

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
            whose = f"of the source {self.source!r}" if self.source else "of ours"
            raise Unreadable(f"there is no match with the id {about!r} {whose}")
        if called not in self.cast.ids:
            raise Unreadable(self.cast.faults[called])
        return row_of(line, match_id=self.matches[about], forecaster_id=self.cast.ids[called])


def _names(line: Line) -> tuple[str, str] | None:
    """The names in a line; None where it cannot be read, which is told when its turn comes."""
    try:
        return None if line.fault else (match_of(line), forecaster_of(line))
    except Unreadable:
        return None
