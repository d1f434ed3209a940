"""Read rows from CSV files with a header, or from JSON lines. The caller defines the columns.

The dialect of a CSV file is detected and noted: its separator, blank lines and `sep=;` before the header, and
the spelling of column names. Pure: an invalid line does not affect the others, and values are not converted.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from core import strict_json
from matches.feeds.providers.feed_format import BadAnswer
from matches.imports.text_files import LARGEST_DOCUMENT, FileNotes

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_BLANK = " \t\r\n\v\f\xa0\ufeff,;|\"'"
_SEP_LINE = re.compile(r'"?sep=([^"\s]|\t)"?[,;\t]*', re.IGNORECASE)
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Columns:
    """Required and optional columns of a file. All other columns are ignored."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> frozenset[str]:
        return frozenset((*self.needed, *self.optional))


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line: its values by column. If `fault` is set, some values may be missing."""

    number: int  # in the file, from 1
    values: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""


def csv_lines(lines: Iterable[str], columns: Columns, noticed: FileNotes) -> Iterator[FileLine]:
    """Yield the lines of a CSV file below its header.

    Raises BadAnswer if the file has no header with the required columns, or is not valid CSV.
    """
    below = iter(lines)
    number, header, separator = _header(below, columns, noticed)
    reader = csv.reader(chain([header], below), delimiter=separator, strict=True)
    try:
        names = _names(next(reader), columns, noticed, line=number)
        for values in reader:
            if any(map(str.strip, values)) or len(values) > len(names):
                yield _line(reader.line_num + number - 1, names, values, separator)
    except csv.Error as error:
        raise BadAnswer(f"line {reader.line_num + number - 1} is not valid CSV: {error}") from None


def _header(lines: Iterator[str], columns: Columns, noticed: FileNotes) -> tuple[int, str, str]:
    """Return the line number of the header, the header and its separator.

    The header is the first line that is neither blank nor defines the separator (`sep=;`).
    """
    declared = ""
    for number, line in enumerate(lines, start=1):
        if found := _SEP_LINE.fullmatch(line.strip(" \r\n\ufeff")):
            declared = found[1]
            noticed.note(f"Line {number} defines the separator.")
        elif line.strip(_BLANK):
            if number > 1 and not declared:
                noticed.note(f"The header is in line {number}; the lines above it are blank.")
            if line.endswith("\r"):
                noticed.note("Lines end with CR.")
            separator = _separator(line, columns, declared, number)
            if separator != ",":
                noticed.note(f"Columns are separated by {SEPARATORS.get(separator, repr(separator))}.")
            return number, line, separator
    raise BadAnswer("it is empty; the first line must contain the column names")


def _separator(line: str, columns: Columns, declared: str, number: int) -> str:
    """Return the separator that splits the line into the most known column names.

    Raises BadAnswer if the line contains no known column name.
    """
    known = {each: _known(line, each, columns) for each in ([declared] if declared else SEPARATORS)}
    best = max(known, key=lambda each: known[each])
    if not known[best]:
        needed = f"The first line must have the columns {', '.join(columns.needed)}"
        hint = ". It looks like JSON: see --format" if line.lstrip().startswith(("{", "[")) else ""
        found = f"line {number} does not contain the column names: it begins {line.strip()[:_SHOWN]!r}"
        raise BadAnswer(f"{found}. {needed}, separated by commas, semicolons or tabs{hint}")
    return best


def _known(line: str, separator: str, columns: Columns) -> int:
    try:
        return len(
            columns.all & {_spelled(name) for name in next(csv.reader([line], delimiter=separator), [])}
        )
    except csv.Error:
        return 0


def _spelled(name: str) -> str:
    """Return a column name in lower case with underscores, e.g. match_id for ` Match ID`."""
    return re.sub(r"[\s_-]+", "_", name.strip(_BLANK)).casefold()


def _names(written: Sequence[str], columns: Columns, noticed: FileNotes, *, line: int) -> list[str]:
    """Return the column names of a header; unknown ones keep their spelling, blank ones stay blank."""
    names = [_name(each, columns, noticed) for each in written]
    named = [name for name in names if name]
    if missing := [name for name in columns.needed if name not in named]:
        raise BadAnswer(
            f"the header in line {line} lacks columns: {', '.join(missing)}. It has {', '.join(named)}"
        )
    if repeated := sorted({name for name in named if named.count(name) > 1}):
        raise BadAnswer(f"the header in line {line} has repeated columns: {', '.join(repeated)}")
    noticed.unread.update(set(named) - columns.all)
    if len(named) < len(names):
        noticed.unread.add("(without a name)")
    return names


def _name(written: str, columns: Columns, noticed: FileNotes) -> str:
    spelled = _spelled(written)
    if spelled not in columns.all:
        return written.strip()
    if spelled != written:
        noticed.note(f"The column {written!r} was read as {spelled}.")
    return spelled


def _line(number: int, names: Sequence[str], values: Sequence[str], separator: str) -> FileLine:
    fault = ""
    if len(values) != len(names):
        quote = f"; a value that contains {separator!r} must be quoted" if len(values) > len(names) else ""
        quote += " (or separate the columns by semicolons)" if quote and separator == "," else ""
        fault = f"it has {len(values)} values for {len(names)} columns{quote}"
    return FileLine(number, dict(zip(names, values, strict=False)), fault)


def json_lines(lines: Iterable[str], columns: Columns, noticed: FileNotes) -> Iterator[FileLine]:
    """Yield a line for each JSON object in a file with one object per line, or with one JSON array.

    Empty lines are skipped. Raises BadAnswer if the file has neither format.
    """
    rest = enumerate(lines, start=1)
    first = next(((number, text) for number, text in rest if text.strip()), None)
    if first is None:
        raise BadAnswer("it is empty")
    number, text = first
    if text.lstrip().startswith("["):
        yield from _array(text, (more for _, more in rest), columns, noticed, line=number)
        return
    if not text.lstrip().startswith("{"):
        raise BadAnswer(
            f"line {number} is not a JSON object: it begins {text.strip()[:_SHOWN]!r}."
            " Each line must be a JSON object"
        )
    for number, text in chain([first], rest):
        if text.strip():
            yield _json_line(number, text, columns, noticed)


def _array(
    first: str, rest: Iterator[str], columns: Columns, noticed: FileNotes, *, line: int
) -> Iterator[FileLine]:
    """Yield a line for each entry of a JSON array, numbered by its position."""
    texts, size = [first], len(first)
    for text in rest:
        texts.append(text)
        if (size := size + len(text)) > LARGEST_DOCUMENT:
            raise BadAnswer("it is a JSON array that is too large; write one JSON object per line")
    try:
        entries = strict_json.loads("\n" * (line - 1) + "".join(texts))
    except ValueError as error:
        raise BadAnswer(f"it begins like a JSON array, but {error}") from None
    noticed.note("The file is one JSON array; rows are numbered by their position.")
    for number, entry in enumerate(entries, start=1):
        yield _entry(number, entry, columns, noticed)


def _json_line(number: int, text: str, columns: Columns, noticed: FileNotes) -> FileLine:
    try:
        return _entry(number, strict_json.loads(text), columns, noticed)
    except ValueError as error:
        return FileLine(number, fault=str(error))


def _entry(number: int, entry: object, columns: Columns, noticed: FileNotes) -> FileLine:
    if not isinstance(entry, dict):
        return FileLine(number, fault="it is not a JSON object")
    if unknown := entry.keys() - columns.all:
        names = {name: _name(name, columns, noticed) if name in unknown else name for name in entry}
        if len(set(names.values())) < len(names):
            return FileLine(number, fault=f"it has a repeated name: {', '.join(sorted(names))}")
        entry = {names[name]: value for name, value in entry.items()}
        noticed.unread.update(entry.keys() - columns.all)
    return FileLine(number, entry)
