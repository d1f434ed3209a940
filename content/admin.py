"""Admin of roundups: read-only. The match page has the action that rewrites one."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from content.models import Roundup
from core.admin.actions import ReadOnlyAdmin


@admin.register(Roundup)
class RoundupAdmin(ReadOnlyAdmin):
    """Read-only list and pages of the roundups."""

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
        """Return the stored HTML. Safe: it was sanitised when the Markdown was rendered."""
        return format_html('<div class="fw-prose">{}</div>', mark_safe(row.body_html))

    @admin.display(description="Markdown")
    def markdown(self, row: Roundup) -> SafeString:
        return format_html('<pre class="fw-traceback">{}</pre>', row.body)
