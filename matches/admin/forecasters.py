"""Admin of forecasters, and of their predictions (read-only)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest

from core.admin.actions import ConfirmedAction, Outcome, ReadOnlyAdmin
from core.admin.delete import Delete
from matches.admin.shared import EditableAdmin, PredictedScoreColumn, SlugFromNameForm
from matches.models import Forecaster, Prediction
from matches.services import predictions


class Retire(ConfirmedAction):
    name, label, on_selection = "retire", "Retire", False

    def effects(self, rows: Sequence[Forecaster]) -> list[str]:
        return [
            "It makes no further predictions.",
            "It stays on all leaderboards that contain its predictions.",
        ]

    def run(self, rows: Sequence[Forecaster], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        for forecaster in rows:
            predictions.retire(forecaster, retired_at=at)
        return Outcome(rows, f"{rows[0]} is retired.")

    def offered_for(self, row: Forecaster) -> bool:
        return row.retired_at is None


@admin.register(Forecaster)
class ForecasterAdmin(EditableAdmin):
    operations = [Retire(), Delete()]
    list_display = ["name", "kind", "maker", "model_version", "is_baseline", "active_from", "retired_at"]
    list_filter = ["kind", "is_baseline"]
    search_fields = ["name", "slug", "maker"]
    autocomplete_fields = ["parent"]
    form = SlugFromNameForm
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["retired_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Forecaster | None = None) -> list[str]:
        """Make the slug read-only from the first prediction on, because published proofs contain it."""
        has_predicted = obj is not None and obj.predictions.exists()
        return [*self.readonly_fields, *(["slug"] if has_predicted else [])]


@admin.register(Prediction)
class PredictionAdmin(PredictedScoreColumn, ReadOnlyAdmin):
    list_display = [
        *["forecaster", "match", "predicted_score", "provenance"],
        *["submitted_at", "superseded_at", "late", "after_exposure"],
    ]
    list_filter = ["provenance", "late", "after_exposure", "forecaster"]
    list_select_related = ["forecaster", "match__home_team", "match__away_team"]
    search_fields = ["=match__id"]
    search_help_text = "Match id."
    ordering = ["-pk"]
