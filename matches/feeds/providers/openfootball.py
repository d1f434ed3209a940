"""openfootball's JSON: files written by hand.

Matches have no ids. Kickoffs may be local times without a time zone.
"""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from matches.feeds.providers import fields as read
from matches.feeds.providers.feed_format import BadEntry, Doubt, FeedMatch, TeamsOpen
from matches.feeds.providers.fields import Entry
from matches.feeds.providers.provider import FeedProvider
from matches.feeds.providers.scores import result_of, shown
from matches.result import Result
from matches.stage_hints import stage_of_round
from matches.statuses import Status

STATUSES = {
    "AWARDED": Status.AWARDED,
    "CANCELLED": Status.CANCELLED,
    "CANCELED": Status.CANCELLED,
    "POSTPONED": Status.POSTPONED,
    "ABANDONED": Status.ABANDONED,
}
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?:\s+UTC(?:([+-])(\d{1,2})(?::(\d{2}))?|±0)?)?")
# Placeholder for a team: first of group A, third of one of several groups, winner of match 74.
_PLACEHOLDER = re.compile(r"[1-4][A-L](?:/[A-L])*|[WL]\d{1,3}")
_ID = 80  # maximum characters of an id


class OpenFootball(FeedProvider):
    """Feed provider for files with one season each, e.g. `football.json/master/2025-26/en.1`."""

    name = "openfootball"
    title = "openfootball"
    url = "https://raw.githubusercontent.com/openfootball"
    per_minute, per_day = 10, 1000
    code_pattern = re.compile(r"(?!.*\.\.)(?!.*\.json$)((?:[A-Za-z0-9_.-]+/)*[A-Za-z0-9_.-]+)")
    code_hint = "repository, branch and file without .json, like football.json/master/2025-26/en.1"
    url_path = "/{}.json"
    needs_zone = True

    def league(self, code: str) -> str:
        return ""

    def entries(self, document: object, code: str) -> list[Any]:
        """Return the entries, each with a generated id, as the files contain no ids."""
        prefix = code or (document.get("name") if isinstance(document, Mapping) else "") or ""
        return _with_ids(super().entries(document, code), str(prefix))

    def identity(self, entry: Entry) -> str:
        return str(entry["id"])

    def fixture(self, entry: Entry, zone: ZoneInfo | None) -> FeedMatch:
        home, away = _team(entry, "team1"), _team(entry, "team2")
        kickoff_at, day_only = _kickoff(entry, zone)
        words, group = read.label(read.text(entry, "round")), read.group(entry, "group")
        stage = stage_of_round(words, group=group, stage=read.label(read.text_or_none(entry, "stage") or ""))
        round_label, matchday = read.round_of(words, r"matchday (\d{1,3})")
        return FeedMatch(
            external_id=self.identity(entry),
            round_label=round_label,
            matchday=matchday,
            kickoff_at=kickoff_at,
            day_only=day_only,
            home=home,
            away=away,
            stage=stage,
            leg=read.leg(words, stage),
        )

    def result(self, entry: Entry) -> Result:
        """Return the result.

        A match without a status is finished if it has a score after 90 minutes, and scheduled if it has no
        score at all. Raises Doubt if it has a score after extra time or of a shootout, but none after 90
        minutes.
        """
        word, score = entry.get("status"), read.child(entry, "score")
        ninety = read.pair_of_list(score, "ft")
        after, shootout = read.pair_of_list(score, "et"), read.pair_of_list(score, "p")
        if word is not None:
            status = read.status(word if isinstance(word, str) else repr(word), STATUSES)
            return result_of(status, ninety if status == Status.AWARDED else None)
        if ninety is not None:
            return result_of(Status.FINISHED, ninety, after, shootout)
        if after is None and shootout is None:
            return Result(status=Status.SCHEDULED)
        raise Doubt(f"the score after 90 minutes is missing (after extra time {shown(after)})")


def _with_ids(entries: list[Any], prefix: str) -> list[Any]:
    """Return the entries, each with an id made of the prefix, the round and the teams.

    The prefix identifies the competition and season. If a round lists the same match twice, the later one is
    a replay, and its id also contains its date. The id of the first one contains no date, so it does not
    change if the match is moved.
    """
    with_ids, seen = list(entries), Counter[str]()
    places = [place for place, entry in enumerate(entries) if isinstance(entry, Mapping)]
    for place in sorted(places, key=lambda place: str(entries[place].get("date"))):
        entry = entries[place]
        words = [prefix, *(str(entry.get(key)) for key in ("round", "team1", "team2"))]
        seen[external_id := _shortened("|".join(words))] += 1
        if seen[external_id] > 1:
            external_id = _shortened("|".join([*words, str(entry.get("date"))]))
        with_ids[place] = {**entry, "id": external_id}
    return with_ids


def _shortened(words: str) -> str:
    """Return the text. If it has more than _ID characters, return its beginning and a hash of it."""
    if len(words) <= _ID:
        return words
    return f"{words[: _ID - 17]}~{sha256(words.encode()).hexdigest()[:16]}"


def _team(entry: Entry, key: str) -> str:
    found = entry.get(key)
    written = read.name(found, "name") if isinstance(found, Mapping) else read.name(entry, key)
    if _PLACEHOLDER.fullmatch(written):
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
        raise BadEntry(f"time {written!r} is not a time like 20:00 or 13:00 UTC-6")
    try:
        clock = time(int(found[1]), int(found[2]))
    except ValueError:
        raise BadEntry(f"time {written!r} does not exist") from None
    where = _offset(found) if "UTC" in written else _required(zone)
    return datetime.combine(day, clock, where).astimezone(UTC), False


def _offset(found: "re.Match[str]") -> tzinfo:
    ahead = timedelta(hours=int(found[4] or 0), minutes=int(found[5] or 0))
    if ahead > timedelta(hours=14):
        raise BadEntry(f"time {found[0]!r} has an offset that no time zone has")
    return timezone(-ahead if found[3] == "-" else ahead)


def _required(zone: ZoneInfo | None) -> ZoneInfo:
    if zone is None:
        raise BadEntry("its kickoff is a local time, and no time zone is set")
    return zone
