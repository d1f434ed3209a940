"""List of the baselines. Importing it takes half a second and 50 MB per process: numpy and scipy."""

from matches.forecasters.base import ForecastModel
from matches.forecasters.dixon_coles import DixonColes, Poisson
from matches.forecasters.ratings import Elo, PiRatings
from matches.forecasters.simple import AlwaysTwoOne, BaseRates, LastMeeting, RecentForm

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
