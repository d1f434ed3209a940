"""Typed access to the fields of a feed entry. An invalid value raises BadEntry, which names the field."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.hidden_characters import codes_of, hidden_characters
from matches.feeds.providers.feed_format import BadAnswer, BadEntry, TeamsOpen
from matches.feeds.providers.scores import Score
from matches.round_words import leg_of
from matches.stage_hints import KNOCKOUT, UNKNOWN, StageHint
from matches.statuses import Status

Entry = Mapping[str, Any]

_MAX_NAME = 100  # characters
MAX_LABEL = 100  # characters of the name of a round
MAX_GROUP = 40
MAX_REASON = 200


def entries(document: object, key: str) -> list[Any]:
    """Return the list of matches: the value of `key`, or the document itself if it is a list.

    Raises BadAnswer if there is no list.
    """
    found = document.get(key) if isinstance(document, Mapping) else document
    if not isinstance(found, list):
        raise BadAnswer(f"it has no list of matches ({key!r})")
    return found


def child(entry: Entry, key: str) -> Entry:
    """Return the nested object `key`, or an empty object if it is null or missing."""
    value = entry.get(key)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise BadEntry(f"{key} is {_shown(value)}, not an object")
    return value


def text(entry: Entry, key: str) -> str:
    """Return a required text as one line.

    Raises BadEntry if it is missing or empty, or contains hidden characters.
    """
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BadEntry(f"{key} is {_shown(value)}, not a text")
    return _clean(value, key)


def _clean(value: str, what: str) -> str:
    """Return the text in one line with single spaces. Raises BadEntry for hidden or control characters."""
    line = " ".join(value.split())
    if hidden := hidden_characters(line):
        raise BadEntry(f"{what} is {_shown(value)}, which contains invisible characters ({codes_of(hidden)})")
    return line


def text_or_none(entry: Entry, key: str) -> str | None:
    value = entry.get(key)
    if value is None:
        return None
    return text(entry, key)


def name(entry: Entry, key: str) -> str:
    """Return the name of a team. Raises BadEntry if it is too long."""
    found = text(entry, key)
    if len(found) > _MAX_NAME:
        raise BadEntry(f"{key} has {len(found)} characters; a team name has at most {_MAX_NAME}")
    return found


def decided_team(entry: Entry, key: str) -> str:
    """Return the name in the team object `key`. Raises TeamsOpen if the team has no name yet."""
    team = child(entry, key)
    if team.get("name") is None:
        raise TeamsOpen
    return name(team, "name")


def whole(entry: Entry, key: str) -> int | None:
    """Return an integer, or None if it is null or missing."""
    return _whole(entry.get(key), key)


def _whole(value: object, what: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadEntry(f"{what} is {_shown(value)}, not a whole number")
    return value


def identity(entry: Entry, key: str) -> str:
    """Return the feed's match id as a string; the feed may send a number or a text."""
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise BadEntry(f"{key} is {_shown(value)}, not an id")
    return _clean(str(value), key)


def pair(entry: Entry, key: str, home: str = "home", away: str = "away") -> Score | None:
    """Return the score in the object `key`, or None if both goals are missing."""
    return both(child(entry, key), home, away, what=key)


def both(entry: Entry, home: str, away: str, *, what: str) -> Score | None:
    return score_of(whole(entry, home), whole(entry, away), what)


def score_of(home: int | None, away: int | None, what: str) -> Score | None:
    """Return the score, or None if both goals are missing. Raises BadEntry if only one of them is missing."""
    if home is None and away is None:
        return None
    if home is None or away is None:
        raise BadEntry(f"{what} is incomplete ({home}-{away})")
    return home, away


def pair_of_list(entry: Entry, key: str) -> Score | None:
    """Return a score from a list of two integers, or None if it is missing or empty."""
    value = entry.get(key)
    if value is None or value == []:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise BadEntry(f"{key} is {_shown(value)}, not two numbers")
    return score_of(_whole(value[0], key), _whole(value[1], key), key)


def moment(entry: Entry, key: str) -> datetime:
    """Return a date and time in UTC. Raises BadEntry if the field has no UTC offset."""
    found = parsed(text(entry, key), key)
    if found.tzinfo is None:
        raise BadEntry(f"{key} {found.isoformat()} has no time zone")
    return found.astimezone(UTC)


def kickoff(entry: Entry, key: str, *, day_only: bool) -> datetime:
    """Return the kickoff in UTC. If only its day is known, return the beginning of that day.

    Raises BadEntry if the field has no UTC offset.
    """
    at = moment(entry, key)
    return at.replace(hour=0, minute=0, second=0, microsecond=0) if day_only else at


def zone_named(name: str) -> ZoneInfo | None:
    """Return the time zone of that name, or None if it is unknown or the name is empty."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _is_plausible_date(at: datetime) -> bool:
    """Return True if the year is plausible for a football match (1850 to 2200)."""
    return 1850 <= at.year <= 2200


def parsed(written: str, what: str) -> datetime:
    """Parse an ISO date and time, with or without a UTC offset. Raises BadEntry."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise BadEntry(f"{what} {written!r} is not a date and time such as 2026-09-12T15:30Z") from None
    if not _is_plausible_date(found):
        raise BadEntry(f"{what} {written!r} is not a plausible date")
    return found


def round_of(words: str, pattern: str) -> tuple[str, int | None]:
    """Return the label of a round and its matchday.

    If the pattern matches the name of the round, the number in it is the matchday, and the label is e.g.
    "Matchday 7". Otherwise the matchday is None, and the label is the name.
    """
    matchday = matchday_in(words, pattern)
    return (matchday_label(matchday) if matchday else label(words)), matchday


def label(words: str) -> str:
    """Return the name of a round with single spaces, cut between words if it is longer than MAX_LABEL."""
    return cut(words, MAX_LABEL, "the round")


def cut(words: str, longest: int, what: str) -> str:
    """Return the text with single spaces, cut between words to at most `longest` characters.

    Raises BadEntry if the first word is longer.
    """
    line = " ".join(words.split())
    if len(line) <= longest:
        return line
    kept = line[: longest + 1].rpartition(" ")[0].rstrip(" -,;:")
    if not kept:
        raise BadEntry(f"{what} begins with a word of more than {longest} characters")
    return kept


def leg(words: str, stage: StageHint) -> int | None:
    """Return the number of the leg that the name of a round contains, or None.

    Always returns None in leagues and groups, because such words mean a half of the season there.
    """
    return leg_of(words) if stage.kind in (KNOCKOUT, UNKNOWN) else None


def group(entry: Entry, key: str) -> str:
    """Return the name of a group, or "" if it is null or missing."""
    return cut(text_or_none(entry, key) or "", MAX_GROUP, key)


def matchday_in(words: str, pattern: str) -> int | None:
    """Return the number of the matchday in a round's name, or None if the pattern does not match."""
    found = re.fullmatch(pattern, words.strip(), re.IGNORECASE)
    return int(found[1]) if found else None


def matchday_label(number: int) -> str:
    return f"Matchday {number}"


def status(word: str, statuses: Mapping[str, Status]) -> Status:
    """Return the Status for a status of the feed, ignoring case. Raises BadEntry if it is unknown."""
    known = statuses.get(word.upper())
    if known is None:
        raise BadEntry(f"status {word!r} is unknown")
    return known


def _shown(value: object) -> str:
    words = repr(value)
    return "missing" if value is None else words if len(words) <= 40 else f"{words[:40]}..."
