"""Admin for operators: the pipeline board, and the match page with timeline, settlements and actions."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from core.admin.delete import Delete
from core.admin.site import OperatorSite
from matches.admin.matches import (
    KickoffMoveInline,
    MatchAdmin,
    PredictionInline,
    RevisionInline,
    SourceInline,
)
from matches.models import Match, Prediction
from ops import board_view
from ops.actions.kickoff import MoveKickoff
from ops.actions.rerun import RefreshViews, Rescore, RewriteRoundup
from ops.actions.resolve_conflict import ResolveConflict
from ops.actions.result import ChangeResult, Void
from ops.timeline import timeline
from scoring.admin import SettlementInline

cast(OperatorSite, admin.site).add_page(board_view.PAGE)


class ScoredPredictionInline(PredictionInline):
    """Predictions of a match with their points."""

    fields = [*PredictionInline.fields[:3], "points", *PredictionInline.fields[3:]]
    readonly_fields = [*PredictionInline.readonly_fields, "points"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Prediction]:
        return super().get_queryset(request).select_related("score", "match__home_team", "match__away_team")

    @admin.display(description="points")
    def points(self, row: Prediction) -> str:
        score = getattr(row, "score", None)
        return "-" if score is None or score.points is None else str(score.points)


@admin.register(Match)
class PipelineMatchAdmin(MatchAdmin):
    """Match page with settlements, timeline and operator actions."""

    operations = [
        *[ResolveConflict(), ChangeResult(), Void(), MoveKickoff()],
        *[Rescore(), RefreshViews(), RewriteRoundup(), Delete()],
    ]
    change_form_template = "admin/matches/match/change_form.html"
    inlines = [
        *[RevisionInline, KickoffMoveInline, SettlementInline],
        *[ScoredPredictionInline, SourceInline],
    ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        match = self.get_object(request, object_id)
        context = {"timeline": timeline(match) if match else [], **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)
