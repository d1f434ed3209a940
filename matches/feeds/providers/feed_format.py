"""Interface of the feed providers, and the values that they return.

Pure: no Django, no database, no network, no clock. Each provider is a module that parses a document into
`FeedMatch` values; `matches.feeds.sync` ingests them.
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
    """The code does not have the format of this feed. The message describes the format."""


class BadAnswer(ValueError):
    """The document does not have the format of this feed."""


class BadEntry(ValueError):
    """An entry of the document is invalid; the others are not affected."""


class Doubt(Exception):
    """The match is over, and its score after 90 minutes cannot be determined with certainty."""


class TeamsOpen(Exception):
    """The teams of this entry are not decided yet (e.g. "winner of match 74"), so it is skipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedMatch:
    """One match as a feed reports it: its own home and away sides, scores in our format."""

    external_id: str
    round_label: str
    kickoff_at: datetime  # timezone-aware
    home: str
    away: str
    result: Result
    league: str = ""  # the feed's own code of the competition, if entries contain it
    matchday: int | None = None
    day_only: bool = False  # only the day is known: kickoff_at is the beginning of that day
    neutral: bool = False
    second_leg: bool = False  # a hint that the aggregate score decides
    doubt: str = ""  # why the score of this finished match is not used
    updated_at: datetime | None = None

    @property
    def lacks_score(self) -> bool:
        """True if the match is reported as finished and its score is missing or in doubt."""
        return self.result.status == Status.FINISHED and self.result.home_score is None

    @property
    def is_outcome(self) -> bool:
        """True if this report settles the match: a result, or a status such as cancelled."""
        return self.result.status in SETTLED and not self.lacks_score


@dataclass(frozen=True, slots=True)
class EntryFault:
    """An invalid entry. `about` is its id, or its position in the document."""

    about: str
    text: str
    place: int = 0  # position in the document, from 1


@dataclass(slots=True)
class Reading:
    """Parsed document: its matches and its invalid entries."""

    matches: list[FeedMatch] = field(default_factory=list)
    faults: list[EntryFault] = field(default_factory=list)
    teams_open: int = 0  # entries whose teams are not decided yet
    places: dict[str, int] = field(default_factory=dict)  # match id -> position in the document, from 1

    @property
    def entries(self) -> int:
        """Number of entries in the document, valid or not."""
        return len(self.matches) + len(self.faults) + self.teams_open


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error in a response with status 200. `wait`: seconds until a retry, None if that cannot help."""

    text: str
    wait: int | None = None


class FeedProvider(Protocol):
    """One feed and its format. `name` is the `source` of its matches, results and team aliases."""

    name: str
    title: str
    per_minute: int  # requests that the feed allows, if documented
    per_day: int
    token_header: str  # HTTP header for the token; empty if none is required
    code_hint: str  # description of the format of its codes, with an example
    needs_zone: bool  # its times are local, without a time zone

    def path(self, code: str) -> str:
        """Return the URL path of the matches of this code, below the feed's base URL. Raises BadCode."""
        ...

    def league(self, code: str) -> str:
        """Return the `league` that entries of this code have; "" if entries contain none."""
        ...

    def complaint(self, document: object) -> Complaint | None:
        """Return the error that the document contains instead of matches, or None."""
        ...

    def read(self, document: object, *, code: str = "", zone: ZoneInfo | None = None) -> Reading:
        """Parse the document. Raises BadAnswer if it does not have the format of this feed."""
        ...


def parts_of(code: str, pattern: re.Pattern[str], feed: FeedProvider) -> tuple[str, ...]:
    """Return the parts of a code. Raises BadCode if it does not have the format of this feed."""
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
    """Parse each entry; invalid ones are reported as faults and do not affect the others."""
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
    return _deduplicated(reading)


def _deduplicated(reading: Reading) -> Reading:
    """Merge identical entries with the same id; report those that differ as a fault."""
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
