"""Matches as a table: CSV with a header, or JSON lines with the same names. Each row names its season."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from matches.feeds import entries as read
from matches.feeds.base import BadAnswer, FeedMatch, Unreadable
from matches.feeds.entries import Entry, Score, result_of, shown
from matches.feeds.football_data import STATUSES as WORDS
from matches.statuses import NOT_BEGUN, Status

NEEDED = ("id", "competition", "season", "round", "kickoff", "home", "away", "status")
OPTIONAL = (
    *("home_score", "away_score", "duration", "home_score_aet", "away_score_aet"),
    *("home_pens", "away_pens", "neutral"),
)
STATUSES: dict[str, Status] = {**WORDS, **{status.upper(): status for status in Status}}
LONGEST = {"id": 80, "round": 40, "season": 20}  # characters that we keep; of the others a hundred
_NUMBER = re.compile(r"-?\d{1,6}", re.ASCII)
_FLAGS = {"": False, "0": False, "false": False, "1": True, "true": True}
# Whether a duration has scores of extra time and of a shootout; None: it may have.
_DURATIONS: dict[str, tuple[bool | None, bool | None]] = {
    "": (None, None),
    "REGULAR": (False, False),
    "EXTRA_TIME": (True, False),
    "PENALTY_SHOOTOUT": (None, True),
}
_MORE, _LESS = "\0more", "\0less"  # no column is called so, and none holds that


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: the match that it tells and where that belongs, or why it cannot be read."""

    number: int  # the line of the file, or the place in the document
    about: str = ""  # its id, as far as it has one
    competition: str = ""
    season: str = ""
    match: FeedMatch | None = None
    fault: str = ""


def read_csv(lines: Iterable[str], unread: set[str]) -> Iterator[TableRow]:
    """Rows of a CSV file. Columns that mean nothing to us go into `unread`.

    Raises BadAnswer where the file itself is no CSV, or stops being one.
    """
    reader = csv.DictReader(lines, restkey=_MORE, restval=_LESS, strict=True)
    try:
        columns = list(reader.fieldnames or [])
        _require_columns(columns)
        unread.update(set(columns) - {*NEEDED, *OPTIONAL})
        for entry in reader:
            yield _row(reader.line_num, entry)
    except csv.Error as error:
        raise BadAnswer(f"line {reader.line_num} is no CSV: {error}") from None


def _require_columns(names: Sequence[str]) -> None:
    if missing := [name for name in NEEDED if name not in names]:
        raise BadAnswer(f"its first line lacks columns: {', '.join(missing)}")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadAnswer(f"its first line has columns twice: {', '.join(twice)}")


def read_json_lines(lines: Iterable[str], unread: set[str]) -> Iterator[TableRow]:
    """Rows of a file with one JSON object a line. Names that mean nothing to us go into `unread`."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = _of_json(line)
        except Unreadable as fault:
            yield TableRow(number, fault=str(fault))
        else:
            unread.update(entry.keys() - {*NEEDED, *OPTIONAL})
            yield _row(number, entry)


def _of_json(line: str) -> dict[str, object]:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is no JSON ({error})") from None
    if not isinstance(entry, dict):
        raise Unreadable("it is no JSON object")
    return entry


def _row(number: int, entry: Entry) -> TableRow:
    about = str(entry.get("id") or "").strip()
    about = about if about.isprintable() else ""
    try:
        if _MORE in entry or _LESS in entry.values():
            raise Unreadable("it has more columns than the first line, or fewer")
        competition, season = _text(entry, "competition"), _text(entry, "season")
        return TableRow(number, about, competition, season, match=_match(entry))
    except Unreadable as fault:
        return TableRow(number, about, fault=str(fault))


def _match(entry: Entry) -> FeedMatch:
    label = _text(entry, "round")
    kickoff_at, day_only = _kickoff(_text(entry, "kickoff"))
    status = _status(_text(entry, "status"))
    ninety = _score(entry, "home_score", "away_score")
    after = _score(entry, "home_score_aet", "away_score_aet")
    shootout = _score(entry, "home_pens", "away_pens")
    if status == Status.FINISHED:
        _require_sense(_optional(entry, "duration").upper(), ninety, after, shootout)
    if status in NOT_BEGUN and ninety is not None:
        raise Unreadable(f"it is {status} and has a score, {shown(ninety)}")
    return FeedMatch(
        external_id=_text(entry, "id"),
        round_label=label,
        matchday=read.matchday_in(label, r"(?:matchday )?(\d{1,3})"),
        kickoff_at=kickoff_at,
        day_only=day_only,
        home=_text(entry, "home"),
        away=_text(entry, "away"),
        neutral=_flag(entry, "neutral"),
        result=result_of(status, ninety, after, shootout),
    )


def _status(word: str) -> Status:
    if word.upper() not in STATUSES:
        raise Unreadable(f"status {word!r} is unknown; use one of {', '.join(sorted(STATUSES))}")
    return STATUSES[word.upper()]


def _require_sense(duration: str, ninety: Score | None, after: Score | None, shootout: Score | None) -> None:
    """What the row says of its duration, and the scores that it has, mean the same."""
    if ninety is None:
        raise Unreadable("it is finished and has no score after 90 minutes")
    if duration not in _DURATIONS:
        raise Unreadable(f"duration {duration!r} is unknown; use one of {', '.join(_DURATIONS).strip(', ')}")
    wants_extra, wants_shootout = _DURATIONS[duration]
    if wants_extra not in (None, after is not None) or wants_shootout not in (None, shootout is not None):
        there = f"after extra time it has {shown(after)}, on penalties {shown(shootout)}"
        raise Unreadable(f"its duration is {duration}, and {there}")


def _kickoff(written: str) -> tuple[datetime, bool]:
    """UTC, as the column is defined; with an offset that counts. A day alone begins at midnight."""
    at = read.parsed(written, "kickoff")
    return (at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)), len(written) <= 10


def _text(entry: Entry, key: str) -> str:
    found, longest = _optional(entry, key), LONGEST.get(key, 100)
    if not found:
        raise Unreadable(f"{key} is empty")
    if len(found) > longest:
        raise Unreadable(f"{key} has {len(found)} characters; at most {longest} are kept")
    if not found.isprintable():
        raise Unreadable(f"{key} has characters that cannot be seen")
    return found


def _optional(entry: Entry, key: str) -> str:
    value = entry.get(key)
    if isinstance(value, bool):
        return str(value).lower()
    if value is not None and not isinstance(value, str | int):
        raise Unreadable(f"{key} is {value!r}, which is no text")
    return "" if value is None else str(value).strip()


def _score(entry: Entry, home: str, away: str) -> Score | None:
    first, second = _goals(entry, home), _goals(entry, away)
    if first is None and second is None:
        return None
    if first is None or second is None:
        raise Unreadable(f"{home if first is None else away} is empty, and its other half is not")
    return first, second


def _goals(entry: Entry, key: str) -> int | None:
    written = _optional(entry, key)
    if not written:
        return None
    if not _NUMBER.fullmatch(written):
        raise Unreadable(f"{key} is {written!r}, not a whole number")
    return int(written)


def _flag(entry: Entry, key: str) -> bool:
    written = _optional(entry, key).lower()
    if written not in _FLAGS:
        raise Unreadable(f"{key} is {written!r}; write 0 or 1")
    return _FLAGS[written]
