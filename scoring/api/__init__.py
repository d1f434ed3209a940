"""The REST API of the scoring app: predictions with their points, the results of a match, corrections."""

from scoring.api.corrections import CorrectionViewSet
from scoring.api.match_predictions import MatchPredictionViewSet
from scoring.api.revisions import MatchRevisionViewSet
from scoring.api.score_serializers import QuotasSerializer
from scoring.api.scored_predictions import ScoredPredictionViewSet

__all__ = [
    "CorrectionViewSet",
    "MatchPredictionViewSet",
    "MatchRevisionViewSet",
    "QuotasSerializer",
    "ScoredPredictionViewSet",
]
