"""Admin of stages: their kind, the rules of their tables, and lots drawn between level teams."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from core.admin.actions import PlainForm
from core.admin.delete import Delete
from matches.admin.shared import EditableAdmin, OpenFilter, ReadOnlyInline
from matches.admin.stage_actions import ApplyPreset, DecideKind, EnterLots, MoveMatches
from matches.models import DrawnLot, Stage
from matches.services.stages import announce, is_undecided
from matches.tables.rules import TieBreaker


class StageForm(PlainForm):
    class Meta:
        model = Stage
        fields = [
            *["season", "name", "kind", "order"],
            *["points_win", "points_draw", "points_loss", "points_shootout_win", "points_shootout_loss"],
            *["tie_breakers", "head_to_head_when_complete", "away_goals"],
            *["carries_from", "carries", "carries_record", "ranked_groups"],
            *["compared_place", "compared_through", "through_places", "relegation_places"],
        ]
        help_texts = {
            "tie_breakers": "What orders teams with equal points, the first rule first, with commas between"
            f" them. Rules: {', '.join(TieBreaker)}."
        }


class ToDecideFilter(OpenFilter):
    open_rows = is_undecided()
    open_label = "To decide"


class LotInline(ReadOnlyInline):
    model = DrawnLot
    fields = ["number", "team", "source", "recorded_at", "recorded_by"]


@admin.register(Stage)
class StageAdmin(EditableAdmin):
    """Admin of stages. A stage of unknown kind has no table until an operator decides the kind.

    A change of kind, rules or lots updates the tables. Season and name cannot be edited, because imports find
    stages by them. The kind is changed by an action.
    """

    form = StageForm
    operations = [DecideKind(), ApplyPreset(), EnterLots(), MoveMatches(), Delete()]
    fixed_fields = ["season", "name", "kind"]
    inlines = [LotInline]
    list_display = ["name", "season", "kind", "match_count", "moved_to", "order"]
    list_filter = [ToDecideFilter, "kind", "season"]
    list_select_related = ["season__competition", "moved_to__season__competition"]
    search_fields = ["name", "season__label", "season__competition__name"]
    ordering = ["-season__starts_on", "order"]
    autocomplete_fields = ["season", "carries_from"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(match_count=Count("matches"))
        return rows

    @admin.display(description="matches")
    def match_count(self, row: Any) -> int:
        return int(row.match_count)

    def save_model(self, request: HttpRequest, obj: Stage, form: PlainForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if set(form.changed_data) & set(StageForm.Meta.fields):
            announce(obj)
