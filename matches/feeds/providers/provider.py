"""Base class of the feed providers, with all code that does not depend on the format of a feed."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from matches.feeds.providers import fields
from matches.feeds.providers.feed_format import (
    BadCode,
    BadEntry,
    Complaint,
    Doubt,
    EntryFault,
    FeedMatch,
    Reading,
    TeamsOpen,
)
from matches.feeds.providers.fields import Entry
from matches.result import Result
from matches.statuses import Status


class FeedProvider(ABC):
    """One feed and its format. `name` is the `source` of its matches, results and team aliases."""

    name: str
    title: str
    url: str  # base URL, unless the environment variable `url_variable` contains another
    per_minute: int  # requests that the feed allows, if documented
    per_day: int
    token_header = ""  # HTTP header for the token in `token_variable`; empty if none is required
    code_pattern: re.Pattern[str]
    code_hint: str  # description of the format of its codes, with an example
    url_path: str  # path of the matches below the base URL; {} for each group of `code_pattern`
    entries_key = "matches"  # field of the document that contains the list of matches
    needs_zone = False  # its times are local, without a time zone

    @property
    def url_variable(self) -> str:
        return self._variable("URL")

    @property
    def token_variable(self) -> str:
        return self._variable("TOKEN")

    def _variable(self, suffix: str) -> str:
        return f"{self.name.replace('-', '_').upper()}_{suffix}"

    def path(self, code: str) -> str:
        """Return the URL path of the season with this code, below the feed's base URL. Raises BadCode."""
        return self.url_path.format(*self._parts(code))

    def league(self, code: str) -> str:
        """Return the competition (`league`) that entries must contain, or "" if the feed has none."""
        return self._parts(code)[0]

    def _parts(self, code: str) -> tuple[str, ...]:
        found = self.code_pattern.fullmatch(code)
        if found is None:
            raise BadCode(f"{code!r} is not a valid code of {self.title}. Use {self.code_hint}.")
        return found.groups()

    def complaint(self, document: object) -> Complaint | None:
        """Return the error that the document contains instead of matches, or None."""
        return None

    def read(self, document: object, *, code: str = "", zone: ZoneInfo | None = None) -> Reading:
        """Parse the document; invalid entries are reported as faults and do not affect the others.

        Raises BadAnswer if the document does not have the format of this feed.
        """
        reading = Reading()
        for place, entry in enumerate(self.entries(document, code), start=1):
            try:
                if not isinstance(entry, Mapping):
                    raise BadEntry(f"it is {type(entry).__name__}, not an object")
                match = self._match(entry, zone)
                reading.places.setdefault(match.external_id, place)
                reading.matches.append(match)
            except TeamsOpen:
                reading.teams_open += 1
            except BadEntry as fault:
                about = self._id_or_nothing(entry) or f"entry {place}"
                reading.faults.append(EntryFault(about, f"It is invalid: {fault}.", place))
        return _deduplicated(reading)

    def entries(self, document: object, code: str) -> list[Any]:
        """Return the entries of the document. Raises BadAnswer."""
        return fields.entries(document, self.entries_key)

    def identity(self, entry: Entry) -> str:
        """Return the feed's id of the match. Raises BadEntry."""
        return fields.identity(entry, "id")

    @abstractmethod
    def fixture(self, entry: Entry, zone: ZoneInfo | None) -> FeedMatch:
        """Parse the entry without its result. Raises BadEntry, or TeamsOpen for undecided teams."""

    @abstractmethod
    def result(self, entry: Entry) -> Result:
        """Parse the status and the scores.

        Raises BadEntry, or Doubt if the score of a finished match is uncertain.
        """

    def _match(self, entry: Entry, zone: ZoneInfo | None) -> FeedMatch:
        fixture = self.fixture(entry, zone)
        try:
            return replace(fixture, result=self.result(entry))
        except Doubt as doubt:
            return replace(fixture, result=Result(status=Status.FINISHED), doubt=str(doubt))

    def _id_or_nothing(self, entry: object) -> str:
        try:
            return self.identity(entry) if isinstance(entry, Mapping) else ""
        except BadEntry:
            return ""


def _deduplicated(reading: Reading) -> Reading:
    """Keep only one of several matches with the same id. If they differ, drop all of them and add a fault."""
    by_id: dict[str, list[FeedMatch]] = {}
    for match in reading.matches:
        by_id.setdefault(match.external_id, []).append(match)
    reading.matches = []
    for external_id, same in by_id.items():
        if all(other == same[0] for other in same):
            reading.matches.append(same[0])
        else:
            text = f"The response has {len(same)} different entries with this id; all of them were ignored."
            reading.faults.append(EntryFault(external_id, text, reading.places[external_id]))
    return reading
