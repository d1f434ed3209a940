"""Admin of questions to language models and of the requests for them (read-only)."""

import json

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.admin.actions import ReadOnlyAdmin
from matches.admin.inlines import ReadOnlyInline
from matches.models import LLMQuestion, LLMRequest


def pre(text: str) -> SafeString:
    return format_html('<pre class="fw-traceback">{}</pre>', text)


def dialogue(messages: list[dict[str, str]]) -> SafeString:
    """Render the messages in order, each with its role."""
    return format_html_join(
        "", "<p><strong>{}</strong></p>{}", ((each["role"], pre(each["content"])) for each in messages)
    )


class LLMRequestInline(ReadOnlyInline):
    model = LLMRequest
    fields = [
        "purpose",
        "asked_at",
        "status",
        "model",
        "tokens_in",
        "tokens_out",
        "cost",
        "latency_ms",
        "fault",
    ]
    show_change_link = True


@admin.register(LLMQuestion)
class LLMQuestionAdmin(ReadOnlyAdmin):
    """Admin of questions: context, prompt and outcome."""

    list_display = ["forecaster", "match", "kickoff_at", "model", "state", "reason", "ended_at"]
    list_filter = ["state", "reason", ("forecaster", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["forecaster", "match__home_team", "match__away_team"]
    search_fields = ["=match__id", "prompt_hash"]
    search_help_text = "The id of a match, or the hash of a prompt."
    ordering = ["-pk"]
    inlines = [LLMRequestInline]
    fieldsets = [
        (None, {"fields": ["match", "forecaster", "kickoff_at", "model", "frozen_at"]}),
        ("How it ended", {"fields": ["state", "reason", "detail", "prediction", "ended_at"]}),
        ("Prompt", {"fields": ["prompt_hash", "prompt"]}),
        ("Context", {"fields": ["known"], "classes": ["collapse"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LLMQuestion]:
        rows: QuerySet[LLMQuestion] = super().get_queryset(request)
        is_list = (
            request.resolver_match is not None
            and request.resolver_match.url_name == "matches_llmquestion_changelist"
        )
        return rows.defer("context", "messages") if is_list else rows

    @admin.display(description="prompt")
    def prompt(self, row: LLMQuestion) -> SafeString:
        return dialogue(row.messages) or pre("it was never asked")

    @admin.display(description="what was known")
    def known(self, row: LLMQuestion) -> SafeString:
        return pre(json.dumps(row.context, indent=1, ensure_ascii=False))


@admin.register(LLMRequest)
class LLMRequestAdmin(ReadOnlyAdmin):
    """Admin of requests to endpoints and their unmodified responses."""

    list_display = [
        "pk",
        "endpoint",
        "purpose",
        "asked_at",
        "status",
        "tokens",
        "cost",
        "latency_ms",
        "fault",
    ]
    list_filter = ["purpose", "fault", "host"]
    list_select_related = ["endpoint__forecaster"]
    search_fields = ["=match__id", "=question__id"]
    search_help_text = "The id of a match, or of a question."
    ordering = ["-pk"]
    fieldsets = [
        (None, {"fields": ["endpoint", "host", "purpose", "question", "match", "asked_at", "answered_at"]}),
        ("Answer", {"fields": ["status", "model", "fault", "detail", "said"]}),
        (
            "Costs",
            {
                "fields": [
                    "tokens_in",
                    "tokens_out",
                    "cost",
                    "latency_ms",
                    *["reserved_tokens", "reserved_cost"],
                ]
            },
        ),
        ("Sent", {"fields": ["sent"], "classes": ["collapse"]}),
        ("As it came", {"fields": ["body"], "classes": ["collapse"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LLMRequest]:
        rows: QuerySet[LLMRequest] = super().get_queryset(request)
        is_list = (
            request.resolver_match is not None
            and request.resolver_match.url_name == "matches_llmrequest_changelist"
        )
        return rows.defer("messages", "raw", "text") if is_list else rows

    @admin.display(description="tokens")
    def tokens(self, row: LLMRequest) -> str:
        return "-" if row.tokens_in is None else f"{row.tokens_in} + {row.tokens_out}"

    @admin.display(description="what the model said")
    def said(self, row: LLMRequest) -> SafeString:
        return pre(row.text)

    @admin.display(description="what was sent")
    def sent(self, row: LLMRequest) -> SafeString:
        return dialogue(row.messages)

    @admin.display(description="the answer")
    def body(self, row: LLMRequest) -> SafeString:
        return pre(row.raw)
