"""Serializers of results, settlements and changes of points."""

from typing import Any

from rest_framework import serializers

from core.api.serializers import ReadOnlySerializer, RowSerializer
from matches.api.reference import ForecasterRefSerializer
from matches.models import KickoffMove, Prediction, ResultRevision
from matches.result import score_text
from scoring.corrections import State
from scoring.models import Settlement

STATES = [(state.value, state.value) for state in State]
STATE_HELP = (
    "`settled`: the match was scored with this result, or voided. `withdrawn`: the match is not over after"
    " all, and its points were withdrawn. `waiting`: scoring or withdrawal is still to come. `overtaken`: a"
    " newer result was recorded before scoring. `open`: the match is not over and had no points."
)


# Fields whose name is a Python keyword are declared with a trailing underscore.
class Worded(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, Any]:
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}


class QuotasSerializer(ReadOnlySerializer):
    """Points for the correct result (home win, draw, away win), 2 to 6 each."""

    home = serializers.IntegerField()
    draw = serializers.IntegerField()
    away = serializers.IntegerField()


class SettledQuotasSerializer(QuotasSerializer):
    """Quotas of a settlement."""

    def get_attribute(self, instance: Settlement) -> Any:
        return quotas_of(instance)


class SettlementSerializer(RowSerializer):
    """The last settlement that is based on this result."""

    quotas = SettledQuotasSerializer(allow_null=True, help_text="Null if the match is void.")

    class Meta:
        model = Settlement
        fields = ["number", "settled_at", "predictions", "voided", "quotas"]


def quotas_of(settlement: Settlement | None) -> Any:
    """Return the quotas for QuotasSerializer, or None if the match is void or not settled."""
    if settlement is None or settlement.voided:
        return None
    return {"home": settlement.quota_home, "draw": settlement.quota_draw, "away": settlement.quota_away}


class ResultSerializer(RowSerializer):
    """Recorded result."""

    score = serializers.SerializerMethodField(help_text="Score as text, e.g. 1-1 (2-1 aet).")

    class Meta:
        model = ResultRevision
        fields = [
            *["version", "status", "score", "home_score", "away_score", "home_score_aet", "away_score_aet"],
            *["home_penalties", "away_penalties", "award"],
        ]

    def get_score(self, revision: ResultRevision) -> str | None:
        return None if revision.home_score is None else score_text(revision)


# Fields shared by corrections and revisions.
class MovedScoresSerializer(ReadOnlySerializer):
    forecasters_moved_rps = serializers.IntegerField(
        source="moved.rps",
        allow_null=True,
        help_text="Number of forecasters whose RPS changed. Null: no earlier settlement.",
    )
    forecasters_moved_brier = serializers.IntegerField(
        source="moved.brier", allow_null=True, help_text="Number of forecasters whose Brier score changed."
    )
    forecasters_moved_log_score = serializers.IntegerField(
        source="moved.log_score", allow_null=True, help_text="Number of forecasters whose log score changed."
    )


class MoveSerializer(ReadOnlySerializer):
    """Points of a forecaster before and after a result.

    Null means no points: the match is void, its result was withdrawn, or there was no prediction at that
    time.
    """

    forecaster = ForecasterRefSerializer()
    before = serializers.IntegerField(allow_null=True)
    after = serializers.IntegerField(allow_null=True)
    difference = serializers.IntegerField(help_text="No points count as zero.")
    provenance = serializers.ChoiceField(
        choices=Prediction.Provenance.choices,
        help_text="Provenance of the prediction. If different predictions counted before and after: "
        "`hindsight` if one of them is, else `archive` if one of them is.",
    )


class KickoffMoveSerializer(Worded, RowSerializer):
    """Change of the kickoff. The lock (the deadline for predictions) moved with it."""

    from_ = serializers.DateTimeField(source="old_kickoff_at")
    from_time_known = serializers.BooleanField(source="old_time_known")
    to = serializers.DateTimeField(source="new_kickoff_at")
    to_time_known = serializers.BooleanField(source="new_time_known")
    by_operator = serializers.SerializerMethodField()

    class Meta:
        model = KickoffMove
        fields = [
            "from_",
            "from_time_known",
            "to",
            "to_time_known",
            "source",
            "reason",
            "moved_at",
            "by_operator",
        ]

    def get_by_operator(self, move: KickoffMove) -> bool:
        return move.moved_by_id is not None
