"""CSV and JSON lines: each row a match with its season, or a fault that names the column."""

import io
import json
from datetime import UTC, datetime

import pytest

from matches.feeds.providers.csv_format import NEEDED, OPTIONAL, TableRow, read_csv, read_json_lines
from matches.feeds.providers.feed_format import BadAnswer
from matches.imports.text_files import FileNotes
from matches.result import Result

HEADER = (
    "id,competition,season,round,kickoff,home,away,home_score,away_score,status,duration,"
    "home_score_aet,away_score_aet,home_pens,away_pens,neutral"
)
ROW = {
    "id": "l1-001",
    "competition": "League One",
    "season": "2025/26",
    "round": "Matchday 7",
    "kickoff": "2026-03-07T15:00:00Z",
    "home": "Ashford",
    "away": "Barrow",
    "home_score": "2",
    "away_score": "1",
    "status": "FINISHED",
    "duration": "REGULAR",
}


def line(**changed: str) -> str:
    return ",".join({**dict.fromkeys(HEADER.split(","), ""), **ROW, **changed}.values())


def rows(*lines: str, header: str = HEADER) -> list[TableRow]:
    return list(
        read_csv(io.StringIO("".join(f"{each}\n" for each in (header, *lines)), newline=""), FileNotes())
    )


def only(**changed: str) -> TableRow:
    (row,) = rows(line(**changed))
    return row


def test_a_row_is_a_match_of_the_season_that_it_names():
    row = only(neutral="1")

    assert (row.number, row.about, row.competition, row.season) == (2, "l1-001", "League One", "2025/26")
    assert row.match is not None
    assert (row.match.home, row.match.away, row.match.round_label) == ("Ashford", "Barrow", "Matchday 7")
    assert (row.match.matchday, row.match.neutral) == (7, True)
    assert row.match.kickoff_at == datetime(2026, 3, 7, 15, tzinfo=UTC)
    assert row.match.result == Result(status="finished", home_score=2, away_score=1)


def test_json_lines_say_the_same():
    entry = {**ROW, "home_score": 2, "away_score": 1, "neutral": True, "home_pens": None}

    (row,) = read_json_lines([json.dumps(entry), "\n"], FileNotes())

    assert row.match == only(neutral="1").match


def test_every_column_of_the_shape_is_read():
    assert HEADER.split(",") == [name for name in HEADER.split(",") if name in (*NEEDED, *OPTIONAL)]


def test_columns_that_mean_nothing_are_told():
    noticed = FileNotes()

    (row,) = read_csv([f"{HEADER},venue\n", f"{line()},Mill Lane\n"], noticed)

    assert row.match is not None
    assert noticed.unread == {"venue"}


def test_extra_time_and_shootout():
    shootout = {"home_score_aet": "2", "away_score_aet": "2", "home_pens": "4", "away_pens": "3"}
    row = only(duration="PENALTY_SHOOTOUT", home_score="1", **shootout)

    assert row.match is not None
    it = row.match.result
    assert (it.home_score, it.home_score_aet, it.home_penalties, it.away_penalties) == (1, 2, 4, 3)


@pytest.mark.parametrize(
    ("word", "status"),
    [("TIMED", "scheduled"), ("scheduled", "scheduled"), ("POSTPONED", "postponed"), ("In_Play", "live")],
)
def test_a_status_in_the_feeds_words_or_in_ours(word, status):
    row = only(status=word, home_score="", away_score="", duration="")

    assert row.match is not None
    assert row.match.result == Result(status=status)


@pytest.mark.parametrize("word", ["AWARDED", "abandoned"])
def test_a_void_match_keeps_the_score_that_it_has(word):
    row = only(status=word)

    assert row.match is not None
    assert (row.match.result.status, row.match.result.home_score) == (word.lower(), 2)


@pytest.mark.parametrize(
    ("kickoff", "utc", "day_only"),
    [
        ("2026-03-07T15:00:00+02:00", datetime(2026, 3, 7, 13, tzinfo=UTC), False),
        ("2026-03-07 15:00", datetime(2026, 3, 7, 15, tzinfo=UTC), False),
        ("2026-03-07", datetime(2026, 3, 7, tzinfo=UTC), True),
    ],
)
def test_a_kickoff_is_utc_unless_it_says_otherwise(kickoff, utc, day_only):
    row = only(kickoff=kickoff)

    assert row.match is not None
    assert (row.match.kickoff_at, row.match.day_only) == (utc, day_only)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"id": ""}, "id is empty"),
        ({"competition": ""}, "competition is empty"),
        ({"home": " "}, "home is empty"),
        ({"id": "x" * 81}, "the maximum is 80"),
        ({"round": "x" * 101}, "round has 101 characters; the maximum is 100"),
        ({"home": "Ash\x1bford"}, "invisible characters"),
        ({"home": "Ash\u202eford"}, "invisible characters (U+202E)"),
        ({"home": "Ash\u200bford"}, "invisible characters (U+200B)"),
        ({"kickoff": "tomorrow"}, "not a date and time"),
        ({"kickoff": "2026-02-30T15:00:00Z"}, "not a date and time"),
        ({"status": "DONE"}, "status 'DONE' is unknown; use one of ABANDONED, "),
        ({"home_score": "two"}, "home_score is 'two', not a whole number"),
        ({"home_score": "2.0"}, "not a whole number"),
        ({"home_score": ""}, "home_score and away_score is incomplete (None-1)"),
        ({"home_score": "", "away_score": ""}, "finished but has no score"),
        ({"status": "SCHEDULED"}, "the match is scheduled but has a score, 2-1"),
        ({"duration": "LONG"}, "duration 'LONG' is unknown; use one of REGULAR"),
        ({"duration": "EXTRA_TIME"}, "after extra time it has nothing"),
        ({"duration": "PENALTY_SHOOTOUT"}, "on penalties nothing"),
        ({"home_score_aet": "3", "away_score_aet": "1"}, "is REGULAR, and after extra time it has 3-1"),
        ({"neutral": "perhaps"}, "neutral is 'perhaps'"),
    ],
)
def test_a_row_that_cannot_be_read_names_the_column(changed, said):
    row = only(**changed)

    assert row.match is None
    assert said in row.fault


@pytest.mark.parametrize("row", ["a,b", f"{line()},more"])
def test_a_row_with_more_or_fewer_columns_is_a_fault_and_the_next_one_is_read(row):
    first, second = rows(row, line())

    assert "values for 16 columns" in first.fault
    assert second.match is not None


def test_a_quoted_line_break_does_not_shift_the_numbers():
    first, second = rows(line(home='"Ash\nford"'), line(id="l1-002"))

    assert "invisible characters" in first.fault
    assert (second.number, second.about) == (4, "l1-002")


def test_a_header_without_what_is_needed_is_no_such_file():
    with pytest.raises(BadAnswer, match="lacks columns: competition, season"):
        rows("", header="id,round,kickoff,home,away,status")
    with pytest.raises(BadAnswer, match="it is empty"):
        rows(header="")
    with pytest.raises(BadAnswer, match="has repeated columns: home"):
        rows(header=f"{HEADER},home")


def test_a_quote_without_end_is_no_csv():
    with pytest.raises(BadAnswer, match="is not valid CSV"):
        rows(line(home='"Ashford'))


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "not JSON"), ('{"id": 1, "id": 2}', "twice"), ('{"id": NaN}', "NaN")],
)
def test_a_line_that_is_no_object_is_a_fault(text, said):
    (row,) = read_json_lines([text], FileNotes())

    assert (row.number, said in row.fault) == (1, True)


@pytest.mark.parametrize("odd", ["a\0b", "\ud800"])
def test_an_id_that_cannot_be_kept_is_not_repeated(odd):
    (row,) = read_json_lines([json.dumps({**ROW, "id": odd})], FileNotes())

    assert (row.about, row.match) == ("", None)
    assert "invisible characters" in row.fault


@pytest.mark.parametrize("value", [1.5, [], {}])
def test_a_value_that_is_no_text_is_a_fault(value):
    (row,) = read_json_lines([json.dumps({**ROW, "home": value})], FileNotes())

    assert "not a text" in row.fault
    assert row.about == "l1-001"
