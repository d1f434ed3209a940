"""Dialects of CSV and JSON: recognised and noted, or refused with line, column and what to do."""

import io
import json

import pytest

from matches.feeds.providers.feed_format import BadAnswer
from matches.imports.readers import Columns, FileLine, csv_lines, json_lines
from matches.imports.text_files import FileNotes

COLUMNS = Columns(("id", "home_team"), ("note",))
VALUES = {"id": "1", "home_team": "Ashford", "note": ""}


def read(text: str, kind=csv_lines) -> tuple[list[FileLine], FileNotes]:
    noticed = FileNotes()
    return list(kind(io.StringIO(text, newline=""), COLUMNS, noticed)), noticed


@pytest.mark.parametrize(
    ("text", "number", "notes"),
    [
        ("id,home_team,note\n1,Ashford,\n", 2, []),
        ("id;home_team;note\n1;Ashford;\n", 2, ["Columns are separated by semicolons."]),
        ("id\thome_team\tnote\n1\tAshford\t\n", 2, ["Columns are separated by tabs."]),
        ("id|home_team|note\n1|Ashford|\n", 2, ["Columns are separated by vertical bars."]),
        ('"id";"home_team";"note"\n"1";"Ashford";""\n', 2, ["Columns are separated by semicolons."]),
        (
            "sep=;\nid;home_team;note\n1;Ashford;\n",
            3,
            ["Line 1 defines the separator.", "Columns are separated by semicolons."],
        ),
        (
            "\n \n;;;\nid;home_team;note\n1;Ashford;\n",
            5,
            [
                "The header is in line 4; the lines above it are blank.",
                "Columns are separated by semicolons.",
            ],
        ),
        ("id,home_team,note\r1,Ashford,\r", 2, ["Lines end with CR."]),
        ("id,home_team,note\r\n1,Ashford,\r\n", 2, []),
        (
            " ID , Home Team,\xa0Note\n1,Ashford,\n",
            2,
            [
                "The column ' ID ' was read as id.",
                "The column ' Home Team' was read as home_team.",
                "The column '\\xa0Note' was read as note.",
            ],
        ),
        ("id,home-team,note\n\n,,\n1,Ashford,\n", 4, ["The column 'home-team' was read as home_team."]),
    ],
)
def test_the_csv_dialect_is_detected_and_noted(text, number, notes):
    lines, noticed = read(text)

    assert lines == [FileLine(number, VALUES)]
    assert list(noticed.notes) == notes


def test_quoted_separators_do_not_change_the_detected_dialect():
    lines, noticed = read('id;home_team;"a,b,c,d,e"\n1;"Ash;ford";2,5\n')

    assert lines == [FileLine(2, {"id": "1", "home_team": "Ash;ford", "a,b,c,d,e": "2,5"})]
    assert noticed.unread == {"a,b,c,d,e"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty; the first line must contain the column names"),
        ("\n;;\n", "it is empty"),
        ("1,Ashford,\n2,Barrow,\n", "line 1 does not contain the column names: it begins '1,Ashford,'"),
        ("\n1;Ashford\n", "line 2 does not contain the column names"),
        ("id;note\n1;\n", "the header in line 1 lacks columns: home_team. It has id, note"),
        ("id,home_team,ID\n", "the header in line 1 has repeated columns: id"),
        ('[{"id": 1}]', "It looks like JSON: see --format"),
        ('id,home_team\n1,"Ash\n', "line 2 is not valid CSV"),
        ('\nid,home_team\n1,"Ash\n', "line 3 is not valid CSV"),
    ],
)
def test_a_header_that_cannot_be_read_is_refused_with_its_line(text, said):
    with pytest.raises(BadAnswer) as refused:
        read(text)

    assert said in str(refused.value)


def test_a_line_with_too_many_values_keeps_its_id_and_suggests_quoting():
    (line,), _ = read("id,home_team\n7,Ash,ford\n")

    assert line.values["id"] == "7"
    assert line.fault == (
        "it has 3 values for 2 columns; a value that contains ',' must be quoted (or separate the columns by"
        " semicolons)"
    )


def test_columns_without_a_name_are_reported():
    lines, noticed = read("id,home_team,\n1,Ashford,x\n")

    assert (lines[0].fault, noticed.unread) == ("", {"(without a name)"})


def test_a_json_array_and_blank_lines_are_read():
    entries = [VALUES, {**VALUES, "id": "2"}]
    for text in (json.dumps(entries), f"\n{json.dumps(entries, indent=2)}\n"):
        lines, noticed = read(text, json_lines)
        assert lines == [FileLine(1, entries[0]), FileLine(2, entries[1])]
        assert list(noticed.notes) == ["The file is one JSON array; rows are numbered by their position."]
    lines, noticed = read("\n\n".join(map(json.dumps, entries)), json_lines)
    assert ([line.number for line in lines], noticed.notes) == ([1, 3], {})


def test_names_in_json_are_read_like_columns():
    (line, twice), noticed = read('{"ID": 1, "Home Team": "Ashford"}\n{"ID": 1, "id": 2}\n', json_lines)

    assert line.values == {"id": 1, "home_team": "Ashford"}
    assert "a repeated name" in twice.fault
    assert list(noticed.notes) == [
        "The column 'ID' was read as id.",
        "The column 'Home Team' was read as home_team.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        ("id,home_team\n1,Ashford\n", "line 1 is not a JSON object: it begins 'id,home_team'"),
        ('\n[{"id": 1},\n{"id": 2]', "it begins like a JSON array, but it is not JSON"),
    ],
)
def test_an_invalid_json_file_is_refused(text, said):
    with pytest.raises(BadAnswer) as refused:
        read(text, json_lines)

    assert said in str(refused.value)
