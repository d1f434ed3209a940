"""Serializers of submitted predictions and of their receipts."""

import json
import math
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.serializers import ReadOnlySerializer, RowSerializer
from core.validators import one_plain_line, plain_lines
from matches.models import Prediction
from matches.models.predictions import sum_to_one
from matches.result import MAX_PREDICTED_GOALS
from matches.services.predictions import NewPrediction
from matches.services.submissions import AcceptedPrediction

RATIONALE = 4_000


def _as_json(data: Any) -> str:
    """Return the value as JSON for error messages (`true`, not True), truncated to 40 characters."""
    return json.dumps(data, ensure_ascii=False)[:40]


@extend_schema_field({"type": "integer", "minimum": 0, "maximum": MAX_PREDICTED_GOALS, "nullable": True})
class Goals(serializers.Field[int, Any, int, Any]):
    """Integer from 0 to 30. Strings and floats such as "2" and 2.0 are rejected."""

    default_error_messages = {"invalid": "It must be a whole number from 0 to {most}, not {value}."}

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int or not 0 <= data <= MAX_PREDICTED_GOALS:
            self.fail("invalid", most=MAX_PREDICTED_GOALS, value=_as_json(data))
        return data

    def to_representation(self, value: int) -> int:
        return value


@extend_schema_field({"type": "number", "minimum": 0, "maximum": 1})
class Chance(serializers.Field[float, Any, float, Any]):
    """Number from 0 to 1. Strings are rejected."""

    default_error_messages = {"invalid": "It must be a number from 0 to 1, not {value}."}

    def to_internal_value(self, data: Any) -> float:
        if type(data) not in (int, float) or not math.isfinite(data) or not 0 <= data <= 1:
            self.fail("invalid", value=_as_json(data))
        return float(data)

    def to_representation(self, value: float) -> float:
        return value


class StrictSerializer(ReadOnlySerializer):
    """Serializer that rejects unknown fields, so that a misspelt field is not treated as omitted."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(map(str, data)) - set(self.fields))
            if unknown:
                known = ", ".join(self.fields)
                error = serializers.ErrorDetail(f"Unknown field. Fields are: {known}.", code="unknown")
                raise serializers.ValidationError({name[:60]: [error] for name in unknown})
        return super().to_internal_value(data)


class ProbabilitiesSerializer(StrictSerializer):
    """Probabilities of the three outcomes after 90 minutes. They must sum to 1 within 0.001."""

    home = Chance()
    draw = Chance()
    away = Chance()

    def validate(self, attrs: dict[str, float]) -> dict[str, float]:
        if not sum_to_one(attrs["home"], attrs["draw"], attrs["away"]):
            total = sum(attrs.values())
            raise serializers.ValidationError(f"They sum to {total:.6g}; they must sum to 1.", code="sum")
        return attrs


class PickSerializer(StrictSerializer):
    """A prediction: a score, three probabilities, or both."""

    home_goals = Goals(required=False, allow_null=True)
    away_goals = Goals(required=False, allow_null=True)
    probabilities = ProbabilitiesSerializer(required=False, allow_null=True)
    rationale = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=RATIONALE,
        validators=[plain_lines],
        trim_whitespace=False,
        help_text="Reason for the prediction; shown after the lock.",
    )
    model_version = serializers.CharField(
        required=False, allow_blank=True, max_length=80, validators=[one_plain_line]
    )
    client_ref = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=80,
        validators=[one_plain_line],
        help_text="Your own reference; returned in the receipt.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        home, away = attrs.get("home_goals"), attrs.get("away_goals")
        for mine, other, name in ((home, away, "home_goals"), (away, home, "away_goals")):
            if mine is None and other is not None:
                raise serializers.ValidationError(
                    {name: serializers.ErrorDetail("A score requires the goals of both teams.", code="half")}
                )
        if home is None and attrs.get("probabilities") is None:
            raise serializers.ValidationError("Predict a score, probabilities, or both.", code="empty")
        return attrs


def as_new(values: dict[str, Any], *, match_id: int, forecaster_id: int) -> NewPrediction:
    """Convert validated data to the input of the submission service."""
    chances = values.get("probabilities") or {}
    return NewPrediction(
        match_id=match_id,
        forecaster_id=forecaster_id,
        home_goals=values.get("home_goals"),
        away_goals=values.get("away_goals"),
        p_home=chances.get("home"),
        p_draw=chances.get("draw"),
        p_away=chances.get("away"),
        rationale=values.get("rationale", ""),
        model_version=values.get("model_version", ""),
        client_ref=values.get("client_ref", ""),
    )


class ReceiptSerializer(RowSerializer):
    """Receipt of a prediction: the time it was received, and its position in the log of its match."""

    id = serializers.IntegerField(allow_null=True, help_text="Null in a dry run.")
    state = serializers.ChoiceField(
        choices=["created", "superseding", "unchanged"],
        help_text="`superseding`: replaces your earlier prediction; `unchanged`: identical to it.",
    )
    match = serializers.IntegerField()
    forecaster = serializers.CharField()
    forecaster_id = serializers.IntegerField(help_text="Part of the canonical form.")
    probabilities = ProbabilitiesSerializer(allow_null=True)
    predicted_at = serializers.DateTimeField(
        allow_null=True, help_text="Part of the canonical form; null for submissions by API."
    )
    submitted_at = serializers.DateTimeField(
        allow_null=True, help_text="Time of receipt by the server's clock."
    )
    lock_at = serializers.DateTimeField(help_text="Until this time a newer prediction supersedes it.")
    digest = serializers.CharField(
        allow_null=True, help_text="SHA-256 of the canonical form (docs/proofs.md)."
    )
    salt = serializers.UUIDField(
        allow_null=True, help_text="Part of the canonical form. Keep it secret until the lock."
    )
    position = serializers.IntegerField(
        allow_null=True, help_text="Position in the log of the match, from 1."
    )
    dry_run = serializers.BooleanField(help_text="True if it was only checked: this is not a receipt.")

    class Meta:
        model = Prediction
        fields = [
            *["id", "state", "match", "forecaster", "forecaster_id", "home_goals", "away_goals"],
            *["probabilities", "predicted_at", "rationale", "model_version", "client_ref", "provenance"],
            *["after_exposure", "submitted_at", "lock_at", "digest", "salt", "position", "dry_run"],
        ]


_STORED = (
    *["home_goals", "away_goals", "predicted_at", "rationale", "model_version", "client_ref", "provenance"],
    *["after_exposure", "submitted_at", "digest", "salt"],
)
_NULL_IN_DRY_RUN = ("id", "submitted_at", "digest", "salt", "position")


def receipt(accepted: AcceptedPrediction, *, slug: str, dry_run: bool) -> dict[str, Any]:
    """Return the receipt of an accepted prediction.

    In a dry run, return a preview: fields that exist only for stored predictions are None.
    """
    row = accepted.prediction
    probabilities = {"home": row.p_home, "draw": row.p_draw, "away": row.p_away}
    values = {
        "id": row.pk,
        "state": accepted.state,
        "match": row.match_id,
        "forecaster": slug,
        "forecaster_id": row.forecaster_id,
        "probabilities": None if row.p_home is None else probabilities,
        "lock_at": accepted.lock_at,
        "position": accepted.position,
        "dry_run": dry_run,
        **{name: getattr(row, name) for name in _STORED},
    }
    if dry_run:
        values |= dict.fromkeys(_NULL_IN_DRY_RUN)
    return ReceiptSerializer(values).data
