"""Input data of the project. The data of all other apps can be rebuilt from these tables."""

from matches.models.commitments import Commitment, PredictionLog, PredictionLogEntry, Timestamp
from matches.models.competitions import Competition, Season, Team, TeamAlias
from matches.models.endpoints import DailyUsage, Endpoint
from matches.models.feeds import (
    Feed,
    FeedProblem,
    FeedRequest,
    FeedSnapshot,
    FeedSubscription,
    UnknownTeam,
)
from matches.models.fixtures import GroundMove, KickoffMove, Match, MatchSource, ResultRevision
from matches.models.keys import ApiKey, StoredResponse
from matches.models.llm import LLMQuestion, LLMRequest
from matches.models.predictions import Forecaster, Prediction
from matches.models.stages import DrawnLot, PointsAdjustment, Stage
