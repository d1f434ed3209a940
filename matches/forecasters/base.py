"""What a forecaster is, and the one place where it is kept from seeing the future.

Pure: no Django, no database, no clock. Teams are slugs, datetimes are aware.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Generic, Protocol, TypeVar

# A match counts as known this long after its kickoff: 90 minutes, the break and stoppage time.
FINISHED_AFTER = timedelta(hours=2)
MOST_GOALS = 30


@dataclass(frozen=True, slots=True)
class PastMatch:
    """A match with its score after 90 minutes; `home` and `away` are team slugs."""

    kickoff_at: datetime
    home: str
    away: str
    home_goals: int
    away_goals: int


@dataclass(frozen=True, slots=True)
class Fixture:
    """A match to come, without anything that its result could be read from."""

    kickoff_at: datetime
    home: str
    away: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """A score (0..30 goals each) and three probabilities of four decimals whose sum is 1."""

    home_goals: int
    away_goals: int
    p_home: float
    p_draw: float
    p_away: float

    def __post_init__(self) -> None:
        if not all(0 <= goals <= MOST_GOALS for goals in (self.home_goals, self.away_goals)):
            raise ValueError(f"goals must be 0 to {MOST_GOALS}: {self.home_goals}-{self.away_goals}")
        probabilities = (self.p_home, self.p_draw, self.p_away)
        if not all(0 <= p <= 1 for p in probabilities) or abs(sum(probabilities) - 1) > 1e-9:
            raise ValueError(f"probabilities must be in 0..1 and sum to 1: {probabilities}")


class ForecastModel(Protocol):
    """Anything that forecasts a fixture from past matches."""

    slug: str
    name: str
    description: str
    model_version: str

    def predict(self, fixture: Fixture, history: Sequence[PastMatch]) -> Forecast: ...


Known = tuple[PastMatch, ...]
Fit = TypeVar("Fit")


def known_before(fixture: Fixture, history: Sequence[PastMatch]) -> Known:
    """The matches of `history` that were over when `fixture` kicked off, in kickoff order."""
    cutoff = fixture.kickoff_at - FINISHED_AFTER
    known = [match for match in history if match.kickoff_at <= cutoff]
    return tuple(sorted(known, key=attrgetter("kickoff_at", "home", "away")))


class WalkForward(ABC):
    """Base of every baseline: `forecast` is only ever given what was known before the kickoff."""

    slug: str
    name: str
    description: str
    model_version: str = "1"

    def predict(self, fixture: Fixture, history: Sequence[PastMatch]) -> Forecast:
        """Forecast `fixture`; later matches in `history`, and the match itself, change nothing."""
        return self.forecast(fixture, known_before(fixture, history))

    @abstractmethod
    def forecast(self, fixture: Fixture, known: Known) -> Forecast:
        """Forecast `fixture` from `known`; both are all there is, `known` may be empty."""


class Fitted(WalkForward, Generic[Fit]):
    """A forecaster that learns from all known matches, once for all fixtures that share them.

    The last fit is kept beside the very matches it was made from and used again only for equal ones, so a
    fit can never reach another history. Every fit starts cold: a forecast depends on what is known, not on
    the order in which questions were asked.
    """

    def __init__(self) -> None:
        self._last: tuple[Known, Fit] | None = None

    def forecast(self, fixture: Fixture, known: Known) -> Forecast:
        last = self._last
        if last is None or last[0] != known:
            # One assignment: another thread sees the old pair or the new one, never half of each.
            self._last = last = (known, self.fit(known))
        return self.apply(fixture, last[1])

    @abstractmethod
    def fit(self, known: Known) -> Fit:
        """Learn from matches in kickoff order; none is fine."""

    @abstractmethod
    def apply(self, fixture: Fixture, fit: Fit) -> Forecast:
        """Forecast one fixture; either team may be new."""
