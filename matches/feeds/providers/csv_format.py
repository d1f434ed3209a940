"""Match files: CSV with a header, or JSON lines with the same field names. Each row names its season.

The stage of a match follows from its round, or from the columns `stage`, `stage_kind` and `group`
(csv_stages.py).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from core.hidden_characters import codes_of, hidden_characters
from matches.feeds.providers import fields as read
from matches.feeds.providers.csv_stages import StageKinds, stage_of_row
from matches.feeds.providers.feed_format import BadEntry, FeedMatch
from matches.feeds.providers.fields import Entry
from matches.feeds.providers.football_data import STATUSES as FEED_STATUSES
from matches.feeds.providers.scores import Score, result_of, shown
from matches.imports.readers import Columns, FileLine, csv_lines, json_lines
from matches.imports.text_files import FileNotes
from matches.statuses import NOT_BEGUN, Award, Status

NEEDED = ("id", "competition", "season", "round", "kickoff", "home", "away", "status")
OPTIONAL = (
    *("home_score", "away_score", "duration", "home_score_aet", "away_score_aet"),
    *("home_pens", "away_pens", "neutral"),
    *("stage", "stage_kind", "group", "leg", "game", "award", "reason"),
)
COLUMNS = Columns(NEEDED, OPTIONAL)
STATUSES: dict[str, Status] = {**FEED_STATUSES, **{status.upper(): status for status in Status}}
# Maximum characters of a column; 100 for the others.
MAX_LENGTHS = {"id": 80, "season": 20, "group": read.MAX_GROUP, "reason": read.MAX_REASON}
_NUMBERS = {"leg": 2, "game": 99}  # highest value of a column
_NUMBER = re.compile(r"-?\d{1,6}", re.ASCII)
_FLAGS = {"": False, "0": False, "false": False, "1": True, "true": True}
# duration -> (has a score after extra time, has a shootout); None: both are possible.
_DURATIONS: dict[str, tuple[bool | None, bool | None]] = {
    "": (None, None),
    "REGULAR": (False, False),
    "EXTRA_TIME": (True, False),
    "PENALTY_SHOOTOUT": (None, True),
}


@dataclass(frozen=True, slots=True)
class TableRow:
    """A parsed row: the match with its competition and season, or the reason why the row is invalid."""

    number: int  # the line of the file, or the position in the document
    about: str = ""  # its match id; "" if missing
    competition: str = ""
    season: str = ""
    match: FeedMatch | None = None
    fault: str = ""


def read_csv(lines: Iterable[str], file_notes: FileNotes) -> Iterator[TableRow]:
    """Yield the rows of a CSV file; see `matches.imports.readers`."""
    return _rows(csv_lines(lines, COLUMNS, file_notes))


def read_json_lines(lines: Iterable[str], file_notes: FileNotes) -> Iterator[TableRow]:
    """Yield the rows of a file with one JSON object per line."""
    return _rows(json_lines(lines, COLUMNS, file_notes))


def _rows(lines: Iterable[FileLine]) -> Iterator[TableRow]:
    listed = list(lines)
    kinds = StageKinds.of(listed)
    for line in listed:
        yield _row(line, kinds)


def _row(line: FileLine, kinds: StageKinds) -> TableRow:
    entry = line.values
    about = str(entry.get("id") or "").strip()
    about = "" if hidden_characters(about) else about
    if line.fault:
        return TableRow(line.number, about, fault=line.fault)
    try:
        competition, season = _text(entry, "competition"), _text(entry, "season")
        match = _match(entry, kind=kinds.kind_of(line))
        return TableRow(line.number, about, competition, season, match=match)
    except BadEntry as fault:
        return TableRow(line.number, about, fault=str(fault))


def _match(entry: Entry, *, kind: str) -> FeedMatch:
    label = read.label(_text(entry, "round"))
    stage = stage_of_row(label, name=_optional(entry, "stage"), kind=kind, group=_optional(entry, "group"))
    kickoff_at, day_only = _kickoff(_text(entry, "kickoff"))
    status = _status(_text(entry, "status"))
    ninety = _score(entry, "home_score", "away_score")
    after = _score(entry, "home_score_aet", "away_score_aet")
    shootout = _score(entry, "home_pens", "away_pens")
    if status == Status.FINISHED:
        _require_consistent(_optional(entry, "duration").upper(), ninety, after, shootout)
    if status in NOT_BEGUN and ninety is not None:
        raise BadEntry(f"the match is {status} but has a score, {shown(ninety)}")
    return FeedMatch(
        external_id=_text(entry, "id"),
        round_label=label,
        stage=stage,
        leg=_number(entry, "leg") or read.leg(label, stage),
        game=_number(entry, "game"),
        reason=_optional(entry, "reason"),
        matchday=read.matchday_in(label, r"(?:matchday )?(\d{1,3})"),
        kickoff_at=kickoff_at,
        day_only=day_only,
        home=_text(entry, "home"),
        away=_text(entry, "away"),
        neutral=_flag(entry, "neutral"),
        result=result_of(status, ninety, after, shootout, _award(entry, status)),
    )


def _status(word: str) -> Status:
    if word.upper() not in STATUSES:
        raise BadEntry(f"status {word!r} is unknown; use one of {', '.join(sorted(STATUSES))}")
    return STATUSES[word.upper()]


def _award(entry: Entry, status: Status) -> str:
    """Return the value of the column `award`: home, away, both (both teams lose) or empty.

    Raises BadEntry for any other value, and if a match with another status than awarded has an award.
    """
    award = _optional(entry, "award").lower()
    if award not in Award.values:
        raise BadEntry(f"award is {award!r}; use home, away or both (both sides lose), or leave it empty")
    if award and status != Status.AWARDED:
        raise BadEntry(f"award is {award!r}, and the status is {status}; only an awarded match has an award")
    return award


def _require_consistent(
    duration: str, ninety: Score | None, after: Score | None, shootout: Score | None
) -> None:
    """Raise BadEntry if the scores of a finished match do not fit the column `duration`.

    Also raises BadEntry if the score after 90 minutes is missing or the duration is unknown.
    """
    if ninety is None:
        raise BadEntry("the match is finished but has no score after 90 minutes")
    if duration not in _DURATIONS:
        raise BadEntry(f"duration {duration!r} is unknown; use one of {', '.join(_DURATIONS).strip(', ')}")
    has_extra, has_shootout = _DURATIONS[duration]
    if has_extra not in (None, after is not None) or has_shootout not in (None, shootout is not None):
        there = f"after extra time it has {shown(after)}, on penalties {shown(shootout)}"
        raise BadEntry(f"its duration is {duration}, and {there}")


def _kickoff(written: str) -> tuple[datetime, bool]:
    """Return the kickoff in UTC, and True if only the day is given. A time without an offset is in UTC."""
    at = read.parsed(written, "kickoff")
    return (at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)), len(written) <= 10


def _text(entry: Entry, key: str) -> str:
    found = _optional(entry, key)
    if not found:
        raise BadEntry(f"{key} is empty")
    return found


def _optional(entry: Entry, key: str) -> str:
    value, longest = entry.get(key), MAX_LENGTHS.get(key, 100)
    if isinstance(value, bool):
        return str(value).lower()
    if value is not None and not isinstance(value, str | int):
        raise BadEntry(f"{key} is {value!r}, not a text")
    found = "" if value is None else str(value).strip()
    if len(found) > longest:
        raise BadEntry(f"{key} has {len(found)} characters; the maximum is {longest}")
    if hidden := hidden_characters(found):
        raise BadEntry(f"{key} contains invisible characters ({codes_of(hidden)})")
    return found


def _number(entry: Entry, key: str) -> int | None:
    """Return the whole number in an optional column, or None if it is empty.

    Raises BadEntry if the number is not from 1 to the maximum of the column.
    """
    written, highest = _optional(entry, key), _NUMBERS[key]
    if not written:
        return None
    if not written.isdecimal() or not 1 <= int(written) <= highest:
        raise BadEntry(f"{key} is {written!r}; use 1 to {highest}")
    return int(written)


def _score(entry: Entry, home: str, away: str) -> Score | None:
    return read.score_of(_goals(entry, home), _goals(entry, away), f"{home} and {away}")


def _goals(entry: Entry, key: str) -> int | None:
    written = _optional(entry, key)
    if not written:
        return None
    if not _NUMBER.fullmatch(written):
        raise BadEntry(f"{key} is {written!r}, not a whole number")
    return int(written)


def _flag(entry: Entry, key: str) -> bool:
    written = _optional(entry, key).lower()
    if written not in _FLAGS:
        raise BadEntry(f"{key} is {written!r}; write 0 or 1")
    return _FLAGS[written]
