"""Prior rates of a league before any of its matches are known.

The rates are those of 2013/14, the season before the first one shipped here, in five European first
divisions: 1,626 matches in the package vega-datasets 3.2.1 (47 % home wins, 23 % draws, 1.64 and 1.24 goals).
"""

from matches.forecasters.base import Known

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
