"""Parse the lines of a file of predictions into import rows. Pure: no database.

The functions raise BadEntry for an invalid value. A missing value becomes None or "", never a default.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from core.hidden_characters import hidden_error
from matches.feeds.providers.feed_format import BadEntry
from matches.feeds.providers.fields import Entry, parsed
from matches.imports.prediction_files.probabilities import (
    PROBABILITIES,
    probabilities_of,
    quoted,
    value_of,
)
from matches.imports.predictions.copy_format import ImportRow
from matches.imports.readers import Columns, FileLine, csv_lines, json_lines
from matches.imports.text_files import FileNotes, open_lines

FORMATS = {"csv": csv_lines, "jsonl": json_lines}
GOALS = ("predicted_home", "predicted_away")
COLUMNS = Columns(("match_id", "forecaster"), (*PROBABILITIES, *GOALS, "predicted_at", "rationale"))
_WHOLE = re.compile(r"[+-]?\d{1,9}", re.ASCII)


def lines_of(path: Path, kind: str, *, noticed: FileNotes, encoding: str | None = None) -> Iterator[FileLine]:
    """Yield the lines of a file. Raises FileUnusable."""
    with open_lines(path, noticed, encoding=encoding) as text:
        yield from FORMATS[kind](text, COLUMNS, noticed)


def match_of(line: FileLine) -> str:
    """Return the match id as written in the line. Raises BadEntry."""
    return _name(line.values, "match_id")


def forecaster_of(line: FileLine) -> str:
    """Return the forecaster's name in the file, in composed Unicode (NFC). Raises BadEntry."""
    return unicodedata.normalize("NFC", _name(line.values, "forecaster"))


def row_of(line: FileLine, *, match_id: int, forecaster_id: int, forms: Counter[str]) -> ImportRow:
    """Return the line as an import row. Raises BadEntry.

    If the row has percentages or decimal commas, increments their counts in `forms` (see `probabilities_of`).
    """
    entry = line.values
    home_goals, away_goals = (_goals(entry, name) for name in GOALS)
    p_home, p_draw, p_away = probabilities_of(entry, forms)
    return ImportRow(
        line.number,
        match_id,
        forecaster_id,
        home_goals,
        away_goals,
        p_home,
        p_draw,
        p_away,
        _moment(entry, "predicted_at"),
        _text(entry, "rationale"),
    )


def _name(entry: Entry, key: str) -> str:
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadEntry(f"{key} is {quoted(value)}, not a name")
    name = str(value).strip()
    if not name:
        raise BadEntry(f"{key} is empty")
    if error := hidden_error(name):
        raise BadEntry(f"{key} {error}")
    return name


def _goals(entry: Entry, key: str) -> int | None:
    value = value_of(entry, key)
    if value is None or type(value) is int:
        return value
    if not isinstance(value, str) or not _WHOLE.fullmatch(value):
        raise BadEntry(f"{key} is {quoted(value)}, not a whole number")
    return int(value)


def _moment(entry: Entry, key: str) -> datetime | None:
    """Return the time in UTC, or None if it is empty. A time without an offset is taken as UTC."""
    value = value_of(entry, key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadEntry(f"{key} is {quoted(value)}, not a date and time")
    at = parsed(value, key)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _text(entry: Entry, key: str) -> str:
    value = entry.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadEntry(f"{key} is {quoted(value)}, not text")
    return value
