"""Admin of stages: their kind, the rules of their tables, and lots drawn between level teams."""

from django.contrib import admin

from core.admin.actions import PlainForm
from matches.admin.shared import EditableAdmin
from matches.models import Stage


class StageForm(PlainForm):
    class Meta:
        model = Stage
        fields = [
            *["season", "name", "kind", "order"],
            *["points_win", "points_draw", "points_loss", "points_shootout_win", "points_shootout_loss"],
            *["tie_breakers", "head_to_head_when_complete", "away_goals"],
            *["carries_from", "carries", "carries_record", "ranked_groups"],
            *["compared_place", "compared_through"],
        ]


@admin.register(Stage)
class StageAdmin(EditableAdmin):
    """Admin of stages. A change of kind or rules updates the tables."""

    form = StageForm
    list_display = ["name", "season", "kind", "order"]
    list_filter = ["kind", "season"]
    list_select_related = ["season__competition"]
    search_fields = ["name", "season__label", "season__competition__name"]
    ordering = ["-season__starts_on", "order"]
    autocomplete_fields = ["season", "carries_from"]
