"""Values that feed providers return, and their exceptions.

No database, no network, no clock. A `FeedProvider` parses a document into `FeedMatch` values;
`matches.feeds.sync` ingests them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from matches.kickoff_days import kickoff_day
from matches.result import Result
from matches.stage_hints import StageHint
from matches.statuses import SETTLED, Status


class BadCode(ValueError):
    """A feed's code of a season does not have the required format. The message describes that format."""


class BadAnswer(ValueError):
    """The document does not have the format of this feed."""


class BadEntry(ValueError):
    """An entry of the document is invalid; the others are not affected."""


class Doubt(Exception):
    """The match is over, and its score after 90 minutes cannot be determined with certainty."""


class TeamsOpen(Exception):
    """The teams of this entry are not decided yet (e.g. "winner of match 74"), so it is skipped."""


_NOT_PLAYED = Result(status=Status.SCHEDULED)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedMatch:
    """One match as a feed reports it: home and away as in the feed, scores in the format of this project."""

    external_id: str
    round_label: str
    kickoff_at: datetime  # timezone-aware
    home: str
    away: str
    result: Result = _NOT_PLAYED
    league: str = ""  # the feed's own code of the competition, if entries contain it
    matchday: int | None = None
    day_only: bool = False  # only the day is known: kickoff_at is the beginning of that day
    neutral: bool = False
    stage: StageHint | None = None  # None: as the round says
    leg: int | None = None  # of a tie of several matches, if known
    game: int | None = None  # number of this meeting of the two teams in the round, if the source has it
    reason: str = ""  # why the match is postponed, cancelled etc.
    doubt: str = ""  # why the score of this finished match is not used
    updated_at: datetime | None = None

    @property
    def summary(self) -> str:
        """Teams, round and day, to recognize the match without its id."""
        return f"{self.home} - {self.away}, {self.round_label}, {self.kickoff_on}"

    @property
    def kickoff_on(self) -> date:
        """Day of the kickoff (see `kickoff_day`)."""
        return kickoff_day(self.kickoff_at, time_known=not self.day_only)

    @property
    def place(self) -> tuple[str, str]:
        """Names of the stage and of the group. Each of them is empty if it is unknown."""
        return (self.stage.name, self.stage.group) if self.stage else ("", "")

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
    """An invalid entry. `about` is its id or, if it has no valid id, its position in the document."""

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
    """An error that the feed reports in a response with HTTP status 200.

    `wait`: seconds after which a retry may succeed, or None if waiting does not help.
    """

    text: str
    wait: int | None = None
