"""Tables in files: CSV with a header, or JSON lines with the same names. Whoever reads one says its columns.

Pure: a faulty line does not stop the others, and every value is still as it was written.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from config import strict_json
from matches.feeds.base import BadAnswer, Unreadable

_MORE, _LESS = "\0more", "\0less"  # no column is called so, and none holds that


class FileUnusable(ValueError):
    """The file cannot be read as what it is said to be. What was taken in before stands."""


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """The text of a file. Raises FileUnusable, also for what is found wrong while it is read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            yield text
    except BadAnswer as bad:
        raise FileUnusable(f"{path}: {bad}.") from bad
    except UnicodeDecodeError as error:
        raise FileUnusable(f"{path} is not in UTF-8: {error.reason} at byte {error.start}.") from error
    except OSError as error:
        raise FileUnusable(f"{path} cannot be read: {error.strerror}.") from error


@dataclass(frozen=True, slots=True)
class Columns:
    """What a table must have, and may have. Others are not read."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> frozenset[str]:
        return frozenset((*self.needed, *self.optional))


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its values by column, or why it has none."""

    number: int  # in the file, from 1
    values: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""


def csv_lines(lines: Iterable[str], columns: Columns, unread: set[str]) -> Iterator[Line]:
    """Lines of a CSV file below its header. Columns that mean nothing to us go into `unread`.

    Raises BadAnswer where the file itself is no CSV, or stops being one.
    """
    reader = csv.DictReader(lines, restkey=_MORE, restval=_LESS, strict=True)
    try:
        names = list(reader.fieldnames or [])
        _require(names, columns)
        unread.update(set(names) - columns.all)
        for values in reader:
            whole = _MORE not in values and _LESS not in values.values()
            fault = "" if whole else "it has more columns than the first line, or fewer"
            yield Line(reader.line_num, values, fault)
    except csv.Error as error:
        raise BadAnswer(f"line {reader.line_num} is no CSV: {error}") from None


def _require(names: Sequence[str], columns: Columns) -> None:
    if missing := [name for name in columns.needed if name not in names]:
        raise BadAnswer(f"its first line lacks columns: {', '.join(missing)}")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadAnswer(f"its first line has columns twice: {', '.join(twice)}")


def json_lines(lines: Iterable[str], columns: Columns, unread: set[str]) -> Iterator[Line]:
    """A JSON object a line; empty lines are passed over. Names that mean nothing to us go into `unread`."""
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            values = _object(text)
        except Unreadable as fault:
            yield Line(number, fault=str(fault))
        else:
            unread.update(values.keys() - columns.all)
            yield Line(number, values)


def _object(text: str) -> dict[str, Any]:
    try:
        found = strict_json.loads(text)
    except ValueError as error:
        raise Unreadable(str(error)) from None
    if not isinstance(found, dict):
        raise Unreadable("it is no JSON object")
    return found
