"""The list of baselines. Importing it imports numpy and scipy."""

from matches.forecasters.base import ForecastModel
from matches.forecasters.constant import AlwaysTwoOne, BaseRates
from matches.forecasters.elo import Elo
from matches.forecasters.goals import DixonColes, Poisson
from matches.forecasters.pi_ratings import PiRatings
from matches.forecasters.simple import LastMeeting, RecentForm

# Ordered from the simplest to the most complex. A new baseline needs a class with the four attributes and an
# entry here.
BASELINES: tuple[ForecastModel, ...] = (
    AlwaysTwoOne(),
    BaseRates(),
    LastMeeting(),
    RecentForm(),
    Elo(),
    PiRatings(),
    Poisson(),
    DixonColes(),
)
