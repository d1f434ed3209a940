"""The REST API of the scoring app: predictions with their points, the results of a match, corrections."""

from scoring.api.corrections import CorrectionFilters, CorrectionViewSet
from scoring.api.match_predictions import MatchPredictionViewSet
from scoring.api.revisions import MatchRevisionViewSet
from scoring.api.score_serializers import QuotasSerializer
from scoring.api.scored_predictions import ScoredPredictionViewSet

__all__ = [
    "CorrectionFilters",
    "CorrectionViewSet",
    "MatchPredictionViewSet",
    "MatchRevisionViewSet",
    "QuotasSerializer",
    "ScoredPredictionViewSet",
]
