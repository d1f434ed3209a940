"""REST API of the matches app: matches to predict, submission of predictions, commitments and proofs."""

from matches.api.commitments import (
    CommitmentViewSet,
    LogView,
    MatchCommitmentView,
    ProofView,
    TimestampView,
)
from matches.api.forecaster_predictions import ForecasterPredictionViewSet
from matches.api.llm_questions import MatchLLMQuestionViewSet
from matches.api.matches import MatchFilters, MatchViewSet
from matches.api.reference import (
    MATCHES,
    BeforeKickoff,
    BoardProvenanceSerializer,
    CompetitionRefSerializer,
    CompetitionViewSet,
    ForecasterRefSerializer,
    ForecasterSerializer,
    ForecasterViewSet,
    MatchSerializer,
    ProvenanceSerializer,
    SeasonSerializer,
    SeasonViewSet,
    TeamSerializer,
    TeamViewSet,
    competition_parameter,
    kind_parameter,
    prediction_counts,
    season_parameter,
    team_parameter,
)
from matches.api.submit import BulkView, SubmitView

__all__ = [
    "MATCHES",
    "BeforeKickoff",
    "BoardProvenanceSerializer",
    "BulkView",
    "CommitmentViewSet",
    "CompetitionRefSerializer",
    "CompetitionViewSet",
    "ForecasterPredictionViewSet",
    "ForecasterRefSerializer",
    "ForecasterSerializer",
    "ForecasterViewSet",
    "LogView",
    "MatchCommitmentView",
    "MatchFilters",
    "MatchLLMQuestionViewSet",
    "MatchSerializer",
    "MatchViewSet",
    "ProofView",
    "ProvenanceSerializer",
    "SeasonSerializer",
    "SeasonViewSet",
    "SubmitView",
    "TeamSerializer",
    "TeamViewSet",
    "TimestampView",
    "competition_parameter",
    "kind_parameter",
    "prediction_counts",
    "season_parameter",
    "team_parameter",
]
