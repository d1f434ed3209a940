"""What a feed is, and what it says of a match, in plain values.

Pure: no Django, no database, no network, no clock. Each format is a module of its own that turns a document
into `FeedMatch` values; what becomes of these is decided in `matches.feeds.sync`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from matches.result import Result
from matches.statuses import SETTLED, Status


class BadCode(ValueError):
    """The feed knows no competition by such a code. The message says how one looks."""


class BadAnswer(ValueError):
    """The document is not what this feed promises."""


class BadEntry(ValueError):
    """One entry of the document cannot be read; the others can."""


class Doubt(Exception):
    """The match is over, and what the feed says does not tell the score after 90 minutes for certain."""


class TeamsOpen(Exception):
    """The teams of this entry are not known yet: it is no match so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedMatch:
    """What a feed says of one match. Sides are as the feed has them, scores are sorted out."""

    external_id: str
    round_label: str
    kickoff_at: datetime  # aware
    home: str
    away: str
    result: Result
    league: str = ""  # the feed's own code of the competition, where an entry tells it
    matchday: int | None = None
    day_only: bool = False  # the day is known and the time is not: the kickoff is where that day begins
    neutral: bool = False
    second_leg: bool = False  # a hint that the aggregate decides
    doubt: str = ""  # why the score of a match that is over is not taken from here
    updated_at: datetime | None = None

    @property
    def lacks_score(self) -> bool:
        """It is said to be over, and its score is not there yet, or cannot be trusted."""
        return self.result.status == Status.FINISHED and self.result.home_score is None

    @property
    def is_outcome(self) -> bool:
        """Whether this says what became of the match."""
        return self.result.status in SETTLED and not self.lacks_score


@dataclass(frozen=True, slots=True)
class EntryFault:
    """An entry that could not be read. `about` is its id, or its place in the document."""

    about: str
    text: str
    place: int = 0  # which entry of the document it is


@dataclass(slots=True)
class Reading:
    """All that a document says."""

    matches: list[FeedMatch] = field(default_factory=list)
    faults: list[EntryFault] = field(default_factory=list)
    teams_open: int = 0  # entries whose teams are not known yet
    places: dict[str, int] = field(default_factory=dict)  # id of a match -> which entry it is

    @property
    def entries(self) -> int:
        """How many it lists, whether they could be read or not."""
        return len(self.matches) + len(self.faults) + self.teams_open


@dataclass(frozen=True, slots=True)
class Complaint:
    """A feed that answers «200» and refuses all the same. `wait`: seconds, None where waiting is no help."""

    text: str
    wait: int | None = None


class FeedProvider(Protocol):
    """One format. `name` is the source of matches, results and aliases that come from it."""

    name: str
    title: str
    per_minute: int  # requests that it allows, as far as it says so
    per_day: int
    token_header: str  # where the token goes; empty where none is needed
    code_hint: str  # how a code of this feed looks
    needs_zone: bool  # it tells local times without saying which

    def path(self, code: str) -> str:
        """The path below the feed's address at which a competition's matches are. Raises BadCode."""
        ...

    def league(self, code: str) -> str:
        """What entries of that competition say as their `league`; empty where they say nothing."""
        ...

    def complaint(self, document: object) -> Complaint | None:
        """What the feed has to say instead of an answer."""
        ...

    def read(self, document: object, *, code: str = "", zone: ZoneInfo | None = None) -> Reading:
        """What the document says. Raises BadAnswer where it is no document of this feed."""
        ...


def parts_of(code: str, pattern: re.Pattern[str], feed: FeedProvider) -> tuple[str, ...]:
    """The parts of a season's code. Raises BadCode where it is none of this feed."""
    found = pattern.fullmatch(code)
    if found is None:
        raise BadCode(f"{code!r} is no code of {feed.title}: {feed.code_hint}.")
    return found.groups()


def read_entries(
    entries: Iterable[object],
    read_one: Callable[[Mapping[str, Any]], FeedMatch],
    *,
    id_of: Callable[[Any], str],
) -> Reading:
    """Read entry by entry; one that cannot be read does not stop the others."""
    reading = Reading()
    for place, entry in enumerate(entries, start=1):
        try:
            if not isinstance(entry, Mapping):
                raise BadEntry(f"it is {type(entry).__name__}, not an object")
            match = read_one(entry)
            reading.places.setdefault(match.external_id, place)
            reading.matches.append(match)
        except TeamsOpen:
            reading.teams_open += 1
        except BadEntry as fault:
            known = id_of(entry) if isinstance(entry, Mapping) else ""
            reading.faults.append(
                EntryFault(known or f"entry {place}", f"It cannot be read: {fault}.", place)
            )
    return _without_twins(reading)


def _without_twins(reading: Reading) -> Reading:
    """An id stands for one match. Where several entries bear it and differ, nobody knows which is meant."""
    by_id: dict[str, list[FeedMatch]] = {}
    for match in reading.matches:
        by_id.setdefault(match.external_id, []).append(match)
    reading.matches = []
    for external_id, same in by_id.items():
        if all(other == same[0] for other in same):
            reading.matches.append(same[0])
        else:
            text = f"It is there {len(same)} times, and the entries differ; none is taken."
            reading.faults.append(EntryFault(external_id, text, reading.places[external_id]))
    return reading
