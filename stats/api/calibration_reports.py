"""GET /api/v1/calibration/: parts of the scores and reliability curves of a leaderboard's forecasters."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.query_params import Choice, QueryParameters
from core.api.renderers import JSONRenderer
from core.api.serializers import ReadOnlySerializer, Rounded
from core.api.views import PublicView
from matches.api.reference import ForecasterRefSerializer
from stats.analysis import calibration_reads
from stats.api.board_parameters import BoardParameters, forecaster_parameter
from stats.api.leaderboards import ScopeSerializer
from stats.models import Provenance

CALIBRATED = [(each.value, each.label) for each in (Provenance.LIVE, Provenance.ARCHIVE)]
REASON = (
    "Forecasters with fewer than 100 matches are not listed: with few matches, chance looks like "
    "miscalibration."
)


class CalibrationParameters(BoardParameters):
    provenance = Choice(
        CALIBRATED,
        required=False,
        help_text="Default: live predictions if any forecaster has enough of them, else back-tests.",
    )
    forecaster = forecaster_parameter("A forecaster's slug; its curves are included.")


class CalibrationMetaSerializer(ReadOnlySerializer):
    scope = ScopeSerializer()
    provenance = serializers.ChoiceField(choices=CALIBRATED)
    hidden = serializers.CharField(help_text="Which forecasters are not listed, and why.")


class ScorePartsSerializer(ReadOnlySerializer):
    """Mean score and its parts: score = mcb - dsc + unc."""

    score = Rounded()
    mcb = Rounded(help_text="Miscalibration: the part of the score that recalibration would remove.")
    dsc = Rounded(help_text="Discrimination: improvement over the base rate after recalibration.")
    unc = Rounded(help_text="Uncertainty: the score of the base rate.")


class CurveSerializer(ReadOnlySerializer):
    """Reliability curve of one outcome; the band contains 90 % of the curves of calibrated forecasts."""

    probability = serializers.ListField(child=serializers.FloatField())
    recalibrated = serializers.ListField(child=serializers.FloatField())
    low = serializers.ListField(child=serializers.FloatField())
    high = serializers.ListField(child=serializers.FloatField())


class CurvesSerializer(ReadOnlySerializer):
    """Reliability curve of each outcome."""

    home = CurveSerializer()
    draw = CurveSerializer()
    away = CurveSerializer()


class SharpnessSerializer(ReadOnlySerializer):
    """Numbers of predictions in 20 equal ranges of probability, for each outcome."""

    home = serializers.ListField(child=serializers.IntegerField())
    draw = serializers.ListField(child=serializers.IntegerField())
    away = serializers.ListField(child=serializers.IntegerField())


class CalibrationSerializer(ReadOnlySerializer):
    """Calibration of one forecaster."""

    forecaster = ForecasterRefSerializer()
    matches = serializers.IntegerField()
    computed_at = serializers.DateTimeField()
    rps = ScorePartsSerializer(source="parts.rps")
    brier = ScorePartsSerializer(source="parts.brier")


class CalibrationCurvesSerializer(CalibrationSerializer):
    """Calibration of one forecaster, with curves."""

    curves = CurvesSerializer()
    sharpness = SharpnessSerializer()


class CalibrationBoardSerializer(ReadOnlySerializer):
    """Calibration of the forecasters of a leaderboard, best RPS first."""

    meta = CalibrationMetaSerializer()
    results = CalibrationSerializer(many=True)
    forecaster = CalibrationCurvesSerializer(
        allow_null=True, help_text="The requested forecaster; null without one, or if it is not listed."
    )


class CalibrationView(PublicView):
    """Calibration of the forecasters of a leaderboard with at least 100 matches with probabilities.

    It is computed some minutes after a refresh of the leaderboard; `computed_at` is the time of each report.
    Probabilities are rounded to thousandths, so `score` can differ from the leaderboard in the fourth
    decimal.
    """

    renderer_classes = [JSONRenderer]

    def get_parameters(self) -> type[QueryParameters]:
        return CalibrationParameters

    @extend_schema(summary="Calibration", responses=CalibrationBoardSerializer)
    def get(self, request: Request) -> Response:
        board = BoardParameters.board(self.params)
        provenance, reports = calibration_reads.listed(board, self.params["provenance"])
        forecaster = self.params["forecaster"]
        chosen = forecaster and calibration_reads.of_forecaster(forecaster, board, provenance)
        answer: dict[str, Any] = {
            "meta": {"scope": board.as_dict(), "provenance": provenance, "hidden": REASON},
            "results": reports,
            "forecaster": chosen,
        }
        return Response(CalibrationBoardSerializer(answer).data)
