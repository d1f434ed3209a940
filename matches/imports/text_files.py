"""Open text files from users: regular files, in an encoding that is detected with certainty or given.

A byte order mark decides. Without one, a file is UTF-8, or UTF-16 if its NUL bytes show that. Other encodings
cannot be distinguished, so they must be given: a wrong guess would change the names of teams.
"""

import codecs
import io
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from matches.feeds.providers.feed_format import BadAnswer

LONGEST_LINE = 16 * 2**20  # characters
LARGEST_DOCUMENT = 64 * 2**20  # bytes of a document that is parsed as a whole
_HEAD = 4096
_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_ARCHIVES = {
    b"PK\x03\x04": "a ZIP archive, as Excel workbooks are",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "compressed (gzip)",
    b"%PDF": "a PDF document",
}
_KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


class FileUnusable(ValueError):
    """The file cannot be read in the given format. Rows that were imported before the error stay imported."""


@dataclass(slots=True)
class FileNotes:
    """Notes about a file: columns that are not read, and how the file was interpreted."""

    unread: set[str] = field(default_factory=set)
    notes: dict[str, None] = field(default_factory=dict)  # an ordered set

    def note(self, text: str) -> None:
        self.notes[text] = None


@contextmanager
def open_lines(path: Path, noticed: FileNotes, *, encoding: str | None = None) -> Iterator[Iterator[str]]:
    """Yield the lines of a file. Raises FileUnusable if opening the file or reading a line fails."""
    with (
        _open(path, noticed) as (binary, found),
        io.TextIOWrapper(binary, encoding=found or encoding or "utf-8", newline="") as text,
    ):
        yield _lines(text)


def read_document(path: Path, noticed: FileNotes, *, encoding: str | None = None) -> str:
    """Return the whole text of a file that is parsed at once. Raises FileUnusable."""
    with _open(path, noticed) as (binary, found):
        content = binary.read(LARGEST_DOCUMENT + 1)
        if len(content) > LARGEST_DOCUMENT:
            raise FileUnusable(
                f"{path} is larger than {LARGEST_DOCUMENT:,} bytes, the limit of a JSON document."
            )
        return content.decode(found or encoding or "utf-8")


@contextmanager
def _open(path: Path, noticed: FileNotes) -> Iterator[tuple[BinaryIO, str]]:
    """Open the file. Yield it and its encoding, or "" if the first bytes do not show the encoding.

    Errors in the `with` block of the caller are raised as FileUnusable.
    """
    try:
        with _regular(path) as binary:
            yield binary, _encoding_of(binary, path, noticed)
    except BadAnswer as bad:
        raise FileUnusable(f"{path}: {bad}.") from bad
    except UnicodeDecodeError as error:
        raise FileUnusable(_decode_error(path, error)) from error
    except OSError as error:
        raise FileUnusable(f"{path} cannot be read: {error.strerror}.") from error


def _regular(path: Path) -> BinaryIO:
    """Open a regular file. Devices and pipes are refused at once, as reading them may block or never end."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    kind = _KINDS.get(stat.S_IFMT(mode), "not a file")
    raise FileUnusable(f"{path} cannot be read: it is {kind}; a regular file is required.")


def _encoding_of(binary: BinaryIO, path: Path, noticed: FileNotes) -> str:
    """Return the encoding that the first bytes show, or "". Raises FileUnusable if the file is not text."""
    head = binary.read(_HEAD)
    binary.seek(0)
    for mark, encoding, title in _MARKS:
        if head.startswith(mark):
            noticed.note(f"The file is in {title}.")
            return encoding
    for magic, kind in _ARCHIVES.items():
        if head.startswith(magic):
            raise FileUnusable(f"{path} is {kind}, not text: export it as CSV in UTF-8.")
    return _utf16_without_mark(head, path, noticed) if b"\0" in head else ""


def _utf16_without_mark(head: bytes, path: Path, noticed: FileNotes) -> str:
    """Return "utf-16-le" or "utf-16-be", depending on which bytes are NUL.

    In UTF-16, every other byte of an ASCII letter is NUL. Raises FileUnusable if the NUL bytes are elsewhere.
    """
    even, odd = head[::2].count(0), head[1::2].count(0)
    for encoding, nuls, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if not others and nuls > len(head) / 4:
            noticed.note("The file is in UTF-16.")
            return encoding
    raise FileUnusable(f"{path} has NUL bytes, so it is not text: export it as CSV or JSON lines in UTF-8.")


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield lines with their line breaks (LF, CRLF or CR). Raises BadAnswer for a line that is too long."""
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise BadAnswer(f"line {number} has more than {LONGEST_LINE:,} characters")
        yield line


def _decode_error(path: Path, error: UnicodeDecodeError) -> str:
    """Return an error message: line and column of the invalid byte, and what to do."""
    if error.encoding not in ("utf-8", "utf-8-sig"):
        return f"{path} is not in {error.encoding.upper()}: {error.reason}. Set its encoding with --encoding."
    line, column, byte, word = _first_undecodable(path)
    return (
        f"{path} is not in UTF-8: line {line}, column {column} is the byte 0x{byte:02X}. If it is in"
        f" Windows-1252, in which this is {word!r}, repeat with --encoding windows-1252; otherwise set its"
        " encoding, or save it in UTF-8."
    )


def _first_undecodable(path: Path) -> tuple[int, int, int, str]:
    """Return line, column and value of the first byte that is not UTF-8, and the word that contains it.

    The word is decoded from Windows-1252.
    """
    number = 1
    with _regular(path) as binary:
        for whole in binary:
            for line in re.split(rb"(?<=\r)(?!\n)", whole):
                try:
                    line.decode("utf-8-sig")
                except UnicodeDecodeError as error:
                    column = len(line[: error.start].decode("utf-8-sig")) + 1
                    around = line[max(0, error.start - 40) : error.start + 40].decode("cp1252", "replace")
                    place = len(line[max(0, error.start - 40) : error.start].decode("cp1252", "replace"))
                    words = re.finditer(r"[^,;|\t\"\r\n]+", around)
                    word = next((each[0] for each in words if each.start() <= place < each.end()), "")
                    return number, column, line[error.start], word.strip()
                number += line.endswith((b"\r", b"\n"))
    raise ValueError(f"{path} changed while it was read")
