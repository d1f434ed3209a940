"""The REST API of the scoring app: predictions with their points, the results of a match, corrections."""

from scoring.api.corrections import CorrectionViewSet
from scoring.api.predictions import MatchPredictionViewSet
from scoring.api.revisions import MatchRevisionViewSet
from scoring.api.scored import ScoredPredictionViewSet
from scoring.api.shapes import QuotasSerializer

__all__ = [
    "CorrectionViewSet",
    "MatchPredictionViewSet",
    "MatchRevisionViewSet",
    "QuotasSerializer",
    "ScoredPredictionViewSet",
]
