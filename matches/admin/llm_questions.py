"""Admin of questions to language models and of the requests for them (read-only)."""

import json

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from matches.admin.shared import LongColumnsAdmin, ReadOnlyInline
from matches.models import LLMQuestion, LLMRequest


def pre(text: str) -> SafeString:
    return format_html('<pre class="fw-traceback">{}</pre>', text)


def conversation(messages: list[dict[str, str]]) -> SafeString:
    """Return the messages of a prompt as HTML, in order, each with its role."""
    return format_html_join(
        "", "<p><strong>{}</strong></p>{}", ((each["role"], pre(each["content"])) for each in messages)
    )


class LLMRequestInline(ReadOnlyInline):
    model = LLMRequest
    fields = [
        *["purpose", "asked_at", "status", "model"],
        *["tokens_in", "tokens_out", "cost", "latency_ms", "fault"],
    ]
    show_change_link = True


@admin.register(LLMQuestion)
class LLMQuestionAdmin(LongColumnsAdmin):
    """Admin of questions: context, prompt and outcome."""

    list_display = ["forecaster", "match", "kickoff_at", "model", "state", "reason", "ended_at"]
    list_filter = ["state", "reason", ("forecaster", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["forecaster", "match__home_team", "match__away_team"]
    search_fields = ["=match__id", "prompt_hash"]
    search_help_text = "Match id or prompt hash."
    ordering = ["-pk"]
    long_columns = ["context", "messages"]
    inlines = [LLMRequestInline]
    fieldsets = [
        (None, {"fields": ["match", "forecaster", "kickoff_at", "model", "frozen_at"]}),
        ("Outcome", {"fields": ["state", "reason", "detail", "prediction", "ended_at"]}),
        ("Prompt", {"fields": ["prompt_hash", "prompt"]}),
        ("Context", {"fields": ["facts"], "classes": ["collapse"]}),
    ]

    @admin.display(description="prompt")
    def prompt(self, row: LLMQuestion) -> SafeString:
        return conversation(row.messages) or pre("no prompt was created")

    @admin.display(description="facts known at that time")
    def facts(self, row: LLMQuestion) -> SafeString:
        return pre(json.dumps(row.context, indent=1, ensure_ascii=False))


@admin.register(LLMRequest)
class LLMRequestAdmin(LongColumnsAdmin):
    """Admin of requests to endpoints and their unmodified responses."""

    list_display = [
        *["pk", "endpoint", "purpose", "asked_at", "status"],
        *["tokens", "cost", "latency_ms", "fault"],
    ]
    list_filter = ["purpose", "fault", "host"]
    list_select_related = ["endpoint__forecaster"]
    search_fields = ["=match__id", "=question__id"]
    search_help_text = "Match id or question id."
    ordering = ["-pk"]
    long_columns = ["messages", "raw", "text"]
    fieldsets = [
        (None, {"fields": ["endpoint", "host", "purpose", "question", "match", "asked_at", "answered_at"]}),
        ("Response", {"fields": ["status", "model", "fault", "detail", "answer"]}),
        ("Time and tokens", {"fields": ["latency_ms", "tokens_in", "tokens_out", "reserved_tokens"]}),
        ("Cost", {"fields": ["cost", "reserved_cost"]}),
        ("Request body", {"fields": ["request_messages"], "classes": ["collapse"]}),
        ("Response body", {"fields": ["response_body"], "classes": ["collapse"]}),
    ]

    @admin.display(description="tokens")
    def tokens(self, row: LLMRequest) -> str:
        return "-" if row.tokens_in is None else f"{row.tokens_in} + {row.tokens_out}"

    @admin.display(description="answer of the model")
    def answer(self, row: LLMRequest) -> SafeString:
        return pre(row.text)

    @admin.display(description="messages")
    def request_messages(self, row: LLMRequest) -> SafeString:
        return conversation(row.messages)

    @admin.display(description="response")
    def response_body(self, row: LLMRequest) -> SafeString:
        return pre(row.raw)
