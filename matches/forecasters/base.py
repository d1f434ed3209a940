"""Base classes of forecasters, and the prior rates of a league.

`ForecastModel` ensures that forecasts use no data from after the kickoff.

Pure Python: no Django, no database, no clock. Teams are slugs, datetimes are aware.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Generic, TypeVar

from matches.result import MAX_PREDICTED_GOALS

# A match's score may be used this long after its kickoff: 90 minutes, the break and stoppage time.
FINISHED_AFTER = timedelta(hours=2)


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
    """An upcoming match, without any information about its result."""

    kickoff_at: datetime
    home: str
    away: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """A score (0..30 goals each) and three probabilities with four decimals that sum to 1."""

    home_goals: int
    away_goals: int
    p_home: float
    p_draw: float
    p_away: float

    def __post_init__(self) -> None:
        if not all(0 <= goals <= MAX_PREDICTED_GOALS for goals in (self.home_goals, self.away_goals)):
            raise ValueError(f"goals must be 0 to {MAX_PREDICTED_GOALS}: {self.home_goals}-{self.away_goals}")
        probabilities = (self.p_home, self.p_draw, self.p_away)
        if not all(0 <= p <= 1 for p in probabilities) or abs(sum(probabilities) - 1) > 1e-9:
            raise ValueError(f"probabilities must be in 0..1 and sum to 1: {probabilities}")


Known = tuple[PastMatch, ...]
Fit = TypeVar("Fit")


def known_before(fixture: Fixture, history: Sequence[PastMatch]) -> Known:
    """Return the matches of `history` that had ended when `fixture` kicked off, in kickoff order."""
    cutoff = fixture.kickoff_at - FINISHED_AFTER
    known = [match for match in history if match.kickoff_at <= cutoff]
    return tuple(sorted(known, key=attrgetter("kickoff_at", "home", "away")))


# Prior rates of a league before any of its matches are known: those of 2013/14, the season before the first
# one shipped here, in five European first divisions: 1,626 matches in the package vega-datasets 3.2.1 (47 %
# home wins, 23 % draws, 1.64 and 1.24 goals).
P_HOME, P_DRAW, P_AWAY = 0.47, 0.23, 0.30
HOME_GOALS, AWAY_GOALS = 1.64, 1.24

# The priors have the weight of this many matches.
PRIOR_MATCHES = 20


def mean_goals(known: Known) -> tuple[float, float]:
    """Return the mean goals of the home and the away side; the prior counts as 20 additional matches."""
    weight = len(known) + PRIOR_MATCHES
    home = sum(match.home_goals for match in known) + PRIOR_MATCHES * HOME_GOALS
    away = sum(match.away_goals for match in known) + PRIOR_MATCHES * AWAY_GOALS
    return home / weight, away / weight


def rates(known: Known) -> tuple[float, float, float]:
    """Return the shares of home wins, draws and away wins; the prior counts as 20 additional matches."""
    weight = len(known) + PRIOR_MATCHES
    home = sum(match.home_goals > match.away_goals for match in known) + PRIOR_MATCHES * P_HOME
    away = sum(match.home_goals < match.away_goals for match in known) + PRIOR_MATCHES * P_AWAY
    return home / weight, (weight - home - away) / weight, away / weight


class ForecastModel(ABC):
    """Base class of all baselines: passes only data from before the kickoff to `forecast`."""

    slug: str
    name: str
    description: str
    model_version: str = "1"

    def predict(self, fixture: Fixture, history: Sequence[PastMatch]) -> Forecast:
        """Forecast `fixture`; ignores later matches in `history`, and the match itself."""
        return self.forecast(fixture, known_before(fixture, history))

    @abstractmethod
    def forecast(self, fixture: Fixture, known: Known) -> Forecast:
        """Forecast `fixture` from the matches in `known`, which can be empty. Uses no other data."""


class Fitted(ForecastModel, Generic[Fit]):
    """A forecaster with parameters that are fitted once for all fixtures with the same known matches.

    The last fit is cached with its input and reused only for equal input. Every fit starts from scratch, so a
    forecast depends only on the known matches, not on the order of the calls.
    """

    def __init__(self) -> None:
        self._last: tuple[Known, Fit] | None = None

    def forecast(self, fixture: Fixture, known: Known) -> Forecast:
        last = self._last
        if last is None or last[0] != known:
            # A single assignment: other threads never see the matches of one call with the fit of another.
            self._last = last = (known, self.fit(known))
        return self.apply(fixture, last[1])

    @abstractmethod
    def fit(self, known: Known) -> Fit:
        """Fit the parameters to the matches, which are in kickoff order and may be empty."""

    @abstractmethod
    def apply(self, fixture: Fixture, fit: Fit) -> Forecast:
        """Forecast one fixture from a fit; either team may be absent from the fitted matches."""
