"""Input data of the project. The data of all other apps can be rebuilt from these tables."""

from matches.models.adjustments import PointsAdjustment
from matches.models.askings import Asking, Call
from matches.models.commitments import Commitment, PredictionLog, PredictionLogEntry, Timestamp
from matches.models.competitions import Competition, Season, Team, TeamAlias
from matches.models.endpoints import Endpoint, Spending
from matches.models.feeds import (
    Feed,
    FeedProblem,
    FeedRequest,
    FeedSighting,
    FeedSubscription,
    UnknownTeam,
)
from matches.models.fixtures import KickoffMove, Match, MatchSource, ResultRevision
from matches.models.keys import ApiKey, GivenAnswer
from matches.models.predictions import Forecaster, Prediction

__all__ = [
    "ApiKey",
    "Asking",
    "Call",
    "Commitment",
    "Competition",
    "Endpoint",
    "Feed",
    "FeedProblem",
    "FeedRequest",
    "FeedSighting",
    "FeedSubscription",
    "Forecaster",
    "GivenAnswer",
    "KickoffMove",
    "Match",
    "MatchSource",
    "PointsAdjustment",
    "Prediction",
    "PredictionLog",
    "PredictionLogEntry",
    "ResultRevision",
    "Season",
    "Spending",
    "Team",
    "TeamAlias",
    "Timestamp",
    "UnknownTeam",
]
