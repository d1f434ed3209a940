"""Parse a file of matches: the format of a feed, CSV or JSON lines. Invalid rows have a `fault`."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson

from matches.feeds.providers import FEEDS
from matches.feeds.providers.csv_format import TableRow, read_csv, read_json_lines
from matches.feeds.providers.feed_format import BadAnswer, FeedMatch
from matches.imports.text_files import FileNotes, FileUnusable, open_lines, read_document

TABLES: dict[str, Callable[[Iterable[str], FileNotes], Iterator[TableRow]]] = {
    "csv": read_csv,
    "jsonl": read_json_lines,
}
FORMATS = (*FEEDS, *TABLES)


class SeveralCompetitions(ValueError):
    """The file has matches of several competitions, and none was selected."""


def read_table(
    path: Path, kind: str, *, file_notes: FileNotes, encoding: str | None = None
) -> list[TableRow]:
    """Return the rows of a CSV or JSON lines file. Raises FileUnusable."""
    with open_lines(path, file_notes, encoding=encoding) as lines:
        return list(TABLES[kind](lines, file_notes))


def read_feed_file(
    path: Path,
    kind: str,
    *,
    file_notes: FileNotes,
    code: str,
    zone: ZoneInfo | None,
    encoding: str | None = None,
) -> list[TableRow]:
    """Return the rows of a file in a feed's format. Raises FileUnusable, or SeveralCompetitions."""
    feed = FEEDS[kind]
    try:
        document = orjson.loads(read_document(path, file_notes, encoding=encoding))
        if complaint := feed.complaint(document):
            raise FileUnusable(f"{path} contains an error instead of matches: {complaint.text}.")
        reading = feed.read(document, code=code, zone=zone)
    except orjson.JSONDecodeError as error:
        raise FileUnusable(f"{path} is not JSON: {error}.") from error
    except BadAnswer as bad:
        raise FileUnusable(f"{path}: {bad}.") from bad
    faults = [TableRow(fault.place, fault.about, fault=fault.text) for fault in reading.faults]
    wanted = _of_one_competition(reading.matches, code.partition("/")[0])
    rows = [TableRow(reading.places[match.external_id], match.external_id, match=match) for match in wanted]
    return sorted([*faults, *rows], key=lambda row: row.number)


def _of_one_competition(matches: list[FeedMatch], league: str) -> list[FeedMatch]:
    leagues = {match.league.lower(): match.league for match in matches if match.league}
    if len(leagues) <= 1:
        return matches
    if league.lower() in leagues:
        return [match for match in matches if match.league.lower() == league.lower()]
    raise SeveralCompetitions(
        f"The file has matches of {', '.join(sorted(leagues.values()))}; choose one with --code."
    )
