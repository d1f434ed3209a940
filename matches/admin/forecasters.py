"""Admin of forecasters, and of their predictions (read-only)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest

from core.admin.actions import ActionsAdmin, ConfirmedAction, Outcome, ReadOnlyAdmin
from core.admin.delete import Delete
from matches.models import Forecaster, Prediction
from matches.services import predictions


class Retire(ConfirmedAction):
    name, label, on_selection = "retire", "Retire", False

    def effects(self, rows: Sequence[Forecaster]) -> list[str]:
        return ["It predicts no more.", "It stays on every board that it earned."]

    def run(self, rows: Sequence[Forecaster], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        for forecaster in rows:
            predictions.retire(forecaster, retired_at=at)
        return Outcome(rows, f"{rows[0]} is retired.")

    def offered_for(self, row: Forecaster) -> bool:
        return row.retired_at is None


@admin.register(Forecaster)
class ForecasterAdmin(ActionsAdmin):
    operations = [Retire(), Delete()]
    list_display = ["name", "kind", "maker", "model_version", "is_baseline", "active_from", "retired_at"]
    list_filter = ["kind", "is_baseline"]
    search_fields = ["name", "slug", "maker"]
    autocomplete_fields = ["parent"]

    def get_readonly_fields(self, request: HttpRequest, obj: Forecaster | None = None) -> list[str]:
        """Make the slug read-only after creation, as published proofs contain it."""
        return ["slug", "retired_at"] if obj else ["retired_at"]

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Forecaster | None = None
    ) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": ["name"]}


@admin.register(Prediction)
class PredictionAdmin(ReadOnlyAdmin):
    list_display = ["forecaster", "match", "pick", "provenance", "submitted_at", "superseded_at", "late"]
    list_filter = ["provenance", "late", "forecaster"]
    list_select_related = ["forecaster", "match__home_team", "match__away_team"]
    search_fields = ["=match__id"]
    search_help_text = "The id of a match."
    ordering = ["-pk"]

    @admin.display(description="score")
    def pick(self, row: Prediction) -> str:
        return "-" if row.home_goals is None else f"{row.home_goals}-{row.away_goals}"
