"""Read-only admin of settlements and scores. Both are computed, never edited."""

from django.contrib import admin

from core.admin.actions import ReadOnlyAdmin
from matches.admin.shared import ReadOnlyInline
from scoring.models import Score, Settlement

POINTS = ["points", "tendency_points", "goal_difference_points", "exact_points", "rps", "brier", "log_score"]


class SettlementInline(ReadOnlyInline):
    """All settlements of a match; the one without `superseded_at` is current."""

    model = Settlement
    fields = ["number", "result_version", "quotas", "predictions", "settled_at", "folded_at", "superseded_at"]
    readonly_fields = ["quotas"]


@admin.register(Settlement)
class SettlementAdmin(ReadOnlyAdmin):
    list_display = [
        "match",
        "number",
        "result_version",
        "quotas",
        "predictions",
        "settled_at",
        "folded_at",
        "is_current",
    ]
    list_filter = ["voided", "rule", "settled_at", ("superseded_at", admin.EmptyFieldListFilter)]
    list_select_related = ["match__home_team", "match__away_team"]
    search_fields = ["=match__id"]
    search_help_text = "Search by id of the match."
    ordering = ["-pk"]

    @admin.display(description="current", boolean=True)
    def is_current(self, row: Settlement) -> bool:
        return row.superseded_at is None


@admin.register(Score)
class ScoreAdmin(ReadOnlyAdmin):
    list_display = ["prediction__forecaster", "settlement__match", "prediction__provenance", *POINTS]
    list_select_related = [
        "prediction__forecaster",
        "settlement__match__home_team",
        "settlement__match__away_team",
    ]
    search_fields = ["=settlement__match__id", "=prediction__forecaster__slug"]
    search_help_text = "Search by id of the match or slug of the forecaster."
    ordering = ["-settlement_id", "-points"]
