"""Files in every encoding and of every kind: read, or refused at once with what to do."""

import os
import socket

import pytest

from matches.imports.text_files import LONGEST_LINE, FileNotes, FileUnusable, open_lines, read_document

TEXT = "id,home\n1,Élan São\n2,Łódź\n"


@pytest.fixture
def file(tmp_path):
    """`file(content)`: the path of a file with these bytes."""

    def write(content: bytes):
        path = tmp_path / "pack.csv"
        path.write_bytes(content)
        return path

    return write


def lines(path, *, encoding=None, noticed=None) -> list[str]:
    with open_lines(path, noticed or FileNotes(), encoding=encoding) as found:
        return list(found)


@pytest.mark.parametrize(
    ("encoded", "note"),
    [
        (TEXT.encode(), None),
        (TEXT.encode("utf-8-sig"), "UTF-8 with a byte order mark"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "UTF-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("utf-32"), "UTF-32"),
    ],
)
def test_a_certain_encoding_is_detected_and_noted(file, encoded, note):
    noticed = FileNotes()
    path = file(encoded)

    assert "".join(lines(path, noticed=noticed)) == TEXT
    assert read_document(path, FileNotes()) == TEXT
    assert list(noticed.notes) == ([f"The file is in {note}."] if note else [])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_that_is_not_utf_8_is_refused_with_line_column_and_what_to_do(file, end):
    path = file(f"id,home{end}1,Ashford{end}2,Málaga{end}".encode("windows-1252"))

    for read in (lines, lambda path: read_document(path, FileNotes())):
        with pytest.raises(FileUnusable) as refused:
            read(path)
        assert "line 3, column 4 is the byte 0xE1" in str(refused.value)
        assert "this is 'Málaga', repeat with --encoding windows-1252" in str(refused.value)


def test_the_encoding_can_be_given(file):
    text = "id,home\n1,Málaga\n"

    assert "".join(lines(file(text.encode("windows-1252")), encoding="windows-1252")) == text
    assert "".join(lines(file(text.encode("utf-16")), encoding="windows-1252")) == text, "the mark decides"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04rest", "ZIP archive, as Excel workbooks are"),
        (b"\x1f\x8brest", "compressed"),
        (b"\x89PNG\0\0\0\0", "NUL bytes"),
        (b"\xff\xfeab\0", "not in UTF-16"),
    ],
)
def test_a_binary_file_is_refused(file, content, said):
    with pytest.raises(FileUnusable, match=said):
        lines(file(content))


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/random", "/dev/null", "/dev/stdin", "/tmp"])
def test_a_file_that_is_not_regular_is_refused_at_once(path):
    for read in (lines, lambda path: read_document(path, FileNotes())):
        with pytest.raises(FileUnusable, match=r"cannot be read: it is a .*; a regular file is required"):
            read(path)


def test_a_pipe_and_a_socket_are_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileUnusable, match="it is a pipe"):
        lines(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        with pytest.raises(FileUnusable, match="cannot be read"):
            lines(tmp_path / "socket")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(file):
    path = file(b"id\n")
    path.chmod(0)

    with pytest.raises(FileUnusable, match="Permission denied"):
        lines(path)


def test_a_gigantic_line_is_refused_before_it_fills_the_memory(tmp_path):
    path = tmp_path / "pack.csv"
    with path.open("wb") as file:
        file.write(b"id,home\n" + b"x" * 100)
        file.truncate(LONGEST_LINE + 10)
        file.seek(108)
        file.write(b"y" * LONGEST_LINE)

    with pytest.raises(FileUnusable, match="line 2 has more than 16,777,216 characters"):
        lines(path)


def test_a_document_has_a_limit(tmp_path):
    path = tmp_path / "answer.json"
    with path.open("wb") as file:
        file.write(b"{}" + b" " * 5000)
        file.truncate(2**40)

    with pytest.raises(FileUnusable, match="is larger than"):
        read_document(path, FileNotes())
