"""The top of the admin: roundups, the match page with its whole pipeline, and the board."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from content import board_page, operations
from content.models import Roundup
from content.timeline import timeline
from core.admin.actions import ReadOnlyAdmin
from core.admin.site import OperatorSite
from matches.admin.matches import (
    KickoffMoveInline,
    MatchAdmin,
    PredictionInline,
    RevisionInline,
    SourceInline,
)
from matches.models import Match, Prediction
from scoring.admin import SettlementInline

cast(OperatorSite, admin.site).add_page(board_page.PAGE)


class JudgedPredictionInline(PredictionInline):
    """The predictions of a match with what they earned."""

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
    """The match page with its settlements, its timeline and what an operator may do."""

    operations = operations.OF_A_MATCH
    change_form_template = "admin/matches/match/change_form.html"
    inlines = [
        *[RevisionInline, KickoffMoveInline, SettlementInline],
        *[JudgedPredictionInline, SourceInline],
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


@admin.register(Roundup)
class RoundupAdmin(ReadOnlyAdmin):
    """Articles as published: to be read here, and written anew from the match page."""

    list_display = ["title", "match", "version", "status", "writer", "published_at"]
    list_filter = ["status", "writer", "published_at"]
    list_select_related = ["match__home_team", "match__away_team"]
    search_fields = ["title", "=match__id"]
    ordering = ["-pk"]
    fieldsets = [
        (None, {"fields": ["match", "version", "status", "supersede_reason", "written_at", "published_at"]}),
        ("Article", {"fields": ["title", "summary", "rendered"]}),
        ("Made from", {"fields": ["result_version", "settlement_id", "writer", "model", "tokens", "checks"]}),
        ("Facts and source", {"fields": ["facts", "markdown"], "classes": ["collapse"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Roundup]:
        rows: QuerySet[Roundup] = super().get_queryset(request)
        is_list = (
            request.resolver_match is not None
            and request.resolver_match.url_name == "content_roundup_changelist"
        )
        return rows.defer("body", "body_html", "facts", "checks") if is_list else rows

    @admin.display(description="text")
    def rendered(self, row: Roundup) -> SafeString:
        """The HTML as stored: the writer's Markdown, sanitised when it was rendered."""
        return format_html('<div class="fw-prose">{}</div>', mark_safe(row.body_html))

    @admin.display(description="Markdown")
    def markdown(self, row: Roundup) -> SafeString:
        return format_html('<pre class="fw-traceback">{}</pre>', row.body)
