"""openfootball's JSON: files written by hand, without ids and with local times without a zone."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from hashlib import sha256
from zoneinfo import ZoneInfo

from matches.feeds.providers import fields as read
from matches.feeds.providers.feed_format import (
    BadCode,
    BadEntry,
    Complaint,
    Doubt,
    FeedMatch,
    Reading,
    TeamsOpen,
    read_entries,
)
from matches.feeds.providers.fields import Entry, result_of, shown
from matches.result import Result
from matches.statuses import Status

STATUSES = {
    "awarded": Status.AWARDED,
    "cancelled": Status.CANCELLED,
    "canceled": Status.CANCELLED,
    "postponed": Status.POSTPONED,
    "abandoned": Status.ABANDONED,
}
_CODE = re.compile(r"(?:[A-Za-z0-9_.-]+/)*[A-Za-z0-9_.-]+")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?:\s+UTC(?:([+-])(\d{1,2})(?::(\d{2}))?|±0)?)?")
# Placeholder for a team: first of group A, third of one of several groups, winner of match 74.
_PLACE = re.compile(r"[1-4][A-L](?:/[A-L])*|[WL]\d{1,3}")
_ID = 80  # maximum characters of an id


class OpenFootball:
    """Files with one season each, e.g. `football.json/master/2025-26/en.1`."""

    name = "openfootball"
    title = "openfootball"
    per_minute, per_day = 10, 1000
    token_header = ""
    code_hint = "repository, branch and file without .json, like football.json/master/2025-26/en.1"
    needs_zone = True

    def path(self, code: str) -> str:
        if not _CODE.fullmatch(code) or ".." in code or code.endswith(".json"):
            raise BadCode(f"{code!r} is no code of {self.title}: {self.code_hint}.")
        return f"/{code}.json"

    def league(self, code: str) -> str:
        return ""

    def complaint(self, document: object) -> Complaint | None:
        return None

    def read(self, document: object, *, code: str = "", zone: ZoneInfo | None = None) -> Reading:
        found = read.entries(document, "matches")
        prefix = code or (document.get("name") if isinstance(document, Mapping) else "") or ""
        ids = _ids(found, str(prefix))

        def read_one(entry: Entry) -> FeedMatch:
            return replace(_match(entry, zone), external_id=ids[id(entry)])

        return read_entries(found, read_one, id_of=lambda entry: ids.get(id(entry), ""))


def _ids(found: Iterable[object], prefix: str) -> dict[int, str]:
    """Return an id for each entry: competition and season, round, teams; for a replay also the date.

    The earliest match of two teams in a round has the id without a date, so that it stays the same if the
    match is moved. A later one is a replay of it.
    """
    ids: dict[int, str] = {}
    seen: Counter[str] = Counter()
    by_day = [entry for entry in found if isinstance(entry, Mapping)]
    for entry in sorted(by_day, key=lambda entry: str(entry.get("date"))):
        words = [prefix, *(str(entry.get(key)) for key in ("round", "team1", "team2"))]
        seen[plain := _shortened("|".join(words))] += 1
        ids[id(entry)] = plain if seen[plain] == 1 else _shortened("|".join([*words, str(entry.get("date"))]))
    return ids


def _shortened(words: str) -> str:
    """Return the text itself if it has at most _ID characters, else its beginning and a digest of it."""
    if len(words) <= _ID:
        return words
    return f"{words[: _ID - 17]}~{sha256(words.encode()).hexdigest()[:16]}"


def _match(entry: Entry, zone: ZoneInfo | None) -> FeedMatch:
    home, away = _team(entry, "team1"), _team(entry, "team2")
    kickoff_at, day_only = _kickoff(entry, zone)
    label = read.text(entry, "round")
    matchday = read.matchday_in(label, r"matchday (\d{1,3})")
    result, doubt = _result(entry)
    return FeedMatch(
        external_id="",
        round_label=read.matchday_label(matchday) if matchday else read.label(label),
        matchday=matchday,
        kickoff_at=kickoff_at,
        day_only=day_only,
        home=home,
        away=away,
        result=result,
        doubt=doubt,
    )


def _team(entry: Entry, key: str) -> str:
    found = entry.get(key)
    written = read.name(found, "name") if isinstance(found, Mapping) else read.name(entry, key)
    if _PLACE.fullmatch(written):
        raise TeamsOpen
    return written


def _kickoff(entry: Entry, zone: ZoneInfo | None) -> tuple[datetime, bool]:
    """Return the kickoff in UTC, and True if only the day is known."""
    day = read.parsed(read.text(entry, "date"), "date").date()
    written = read.text_or_none(entry, "time")
    if written is None:
        return datetime.combine(day, time.min, _required(zone)).astimezone(UTC), True
    found = _TIME.fullmatch(written)
    if found is None:
        raise BadEntry(f"time {written!r} is no time like 20:00 or 13:00 UTC-6")
    try:
        clock = time(int(found[1]), int(found[2]))
    except ValueError:
        raise BadEntry(f"time {written!r} is not on the clock") from None
    where = _offset(found) if "UTC" in written else _required(zone)
    return datetime.combine(day, clock, where).astimezone(UTC), False


def _offset(found: "re.Match[str]") -> tzinfo:
    ahead = timedelta(hours=int(found[4] or 0), minutes=int(found[5] or 0))
    if ahead > timedelta(hours=14):
        raise BadEntry(f"time {found[0]!r} has an offset that no place has")
    return timezone(-ahead if found[3] == "-" else ahead)


def _required(zone: ZoneInfo | None) -> ZoneInfo:
    if zone is None:
        raise BadEntry("its time is a local one, and the subscription names no time zone")
    return zone


def _result(entry: Entry) -> tuple[Result, str]:
    word, score = entry.get("status"), read.child(entry, "score")
    ninety = read.pair_of_list(score, "ft")
    after, shootout = read.pair_of_list(score, "et"), read.pair_of_list(score, "p")
    if word is None:
        try:
            return _played(ninety, after, shootout), ""
        except Doubt as doubt:
            return Result(status=Status.FINISHED), str(doubt)
    status = STATUSES.get(word.lower()) if isinstance(word, str) else None
    if status is None:
        raise BadEntry(f"status {word!r} is unknown here")
    return result_of(status, ninety if status == Status.AWARDED else None), ""


def _played(ninety: read.Score | None, after: read.Score | None, shootout: read.Score | None) -> Result:
    """Return the result; a match with a score is finished. Raises Doubt if the 90-minute score is missing."""
    if ninety is not None:
        return result_of(Status.FINISHED, ninety, after, shootout)
    if after is None and shootout is None:
        return Result(status=Status.SCHEDULED)
    raise Doubt(f"the score after 90 minutes is missing (after extra time {shown(after)})")
