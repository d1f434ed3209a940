"""Read-only admin of roundups and digests. The action that rewrites a roundup is on the page of its match."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from content.models import Digest, Roundup
from matches.admin.shared import LongColumnsAdmin


@admin.register(Roundup)
class RoundupAdmin(LongColumnsAdmin):
    """Read-only admin of roundups: the list, and a page for each roundup."""

    list_display = ["title", "match", "version", "status", "writer", "published_at"]
    list_filter = ["status", "writer", "published_at"]
    list_select_related = ["match__home_team", "match__away_team"]
    search_fields = ["title", "=match__id"]
    ordering = ["-pk"]
    long_columns = ["body", "body_html", "facts", "spans", "checks"]
    fieldsets = [
        (None, {"fields": ["match", "version", "status", "supersede_reason", "written_at", "published_at"]}),
        ("Article", {"fields": ["title", "summary", "rendered"]}),
        ("Origin", {"fields": ["result_version", "settlement_id", "writer", "model", "tokens", "checks"]}),
        ("Facts and source", {"fields": ["facts", "markdown"], "classes": ["collapse"]}),
    ]

    @admin.display(description="text")
    def rendered(self, row: Roundup) -> SafeString:
        """Return the stored HTML. Safe: it was sanitised when the Markdown was rendered."""
        return format_html('<div class="fw-prose">{}</div>', mark_safe(row.body_html))

    @admin.display(description="Markdown")
    def markdown(self, row: Roundup) -> SafeString:
        return format_html('<pre class="fw-traceback">{}</pre>', row.body)


@admin.register(Digest)
class DigestAdmin(LongColumnsAdmin):
    """Read-only admin of digests."""

    list_display = ["title", "stage", "round_label", "version", "status", "published_at"]
    list_filter = ["status", "published_at"]
    list_select_related = ["stage__season__competition"]
    search_fields = ["title", "round_label"]
    ordering = ["-pk"]
    long_columns = ["body", "body_html", "facts", "spans"]
