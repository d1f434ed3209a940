"""The baselines: honest statistical forecasters, each seeing only what was known before a kickoff."""

from matches.forecasters.base import Fixture, Forecast, Forecaster, PastMatch
from matches.forecasters.constant import AlwaysTwoOne, BaseRates
from matches.forecasters.elo import Elo
from matches.forecasters.goals import DixonColes, Poisson
from matches.forecasters.memory import LastMeeting, RecentForm
from matches.forecasters.pi_ratings import PiRatings

__all__ = ["BASELINES", "Fixture", "Forecast", "Forecaster", "PastMatch"]

# From the simplest to the most informed. To add one: a class with the four attributes, and a line here.
BASELINES: tuple[Forecaster, ...] = (
    AlwaysTwoOne(),
    BaseRates(),
    LastMeeting(),
    RecentForm(),
    Elo(),
    PiRatings(),
    Poisson(),
    DixonColes(),
)
