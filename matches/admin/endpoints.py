"""Admin of LLM endpoints. API keys can be entered here, but are never shown again."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from core.admin.actions import ActionRefused, ConfirmedAction, Outcome, PlainForm
from core.admin.delete import Delete
from core.http.outbound_urls import url_error
from core.rounding import half_up
from core.validators import one_plain_line
from matches.admin.shared import EditableAdmin, ReadOnlyInline
from matches.llm import secrets, usage_limits
from matches.models import DailyUsage, Endpoint, Forecaster

MONTH = timedelta(days=31)  # period of usage shown
REQUEST_FIELDS = ["answer_format", "token_parameter", "max_tokens", "temperature", "timeout_seconds"]
LIMIT_FIELDS = ["input_price", "output_price", "daily_requests", "daily_tokens", "daily_cost"]


class EndpointForm(PlainForm):
    """Form of an endpoint and its key. Errors are attached to the field that causes them."""

    key = forms.CharField(
        required=False,
        max_length=500,
        validators=[one_plain_line],
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Instead of an environment variable. Stored encrypted and never shown again.",
    )
    forget_key = forms.BooleanField(required=False, label="delete key", help_text="Delete the stored key.")

    class Meta:
        model = Endpoint
        fields = [
            *["purpose", "forecaster", "enabled", "base_url", "model", "accepted_models", "key_variable"],
            *REQUEST_FIELDS,
            *LIMIT_FIELDS,
        ]

    def clean_base_url(self) -> str:
        url: str = self.cleaned_data["base_url"].strip().rstrip("/")
        if url and (fault := url_error(url)):
            raise ValidationError(f"The base URL {fault}.")
        return url

    def clean_forecaster(self) -> Forecaster | None:
        forecaster: Forecaster | None = self.cleaned_data["forecaster"]
        if forecaster and forecaster.kind != Forecaster.Kind.LLM:
            raise ValidationError(f"{forecaster} is not a language model: its kind is {forecaster.kind}.")
        return forecaster

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for field, variable in (("base_url", "LLM_BASE_URL"), ("model", "LLM_MODEL")):
            if cleaned.get(field) == "" and not getattr(settings, variable):
                self.add_error(field, f"Required, because {variable} is not set in the environment.")
        if cleaned.get("key") and cleaned.get("key_variable"):
            self.add_error("key", "Enter either a key or the name of a variable that contains it.")
        if not self.errors:
            self._update_key(cleaned)
        return cleaned

    def _update_key(self, cleaned: dict[str, Any]) -> None:
        """Store the entered API key, keep the stored one, or delete it. Does not save the endpoint.

        The stored key is deleted if a variable is entered or its deletion is selected. The form gets an error
        if the entered key cannot be encrypted, or if the kept key was entered for another origin.
        """
        endpoint = self.instance
        endpoint.base_url = cleaned["base_url"]
        kept = endpoint.sealed_key and not (
            cleaned["key"] or cleaned["forget_key"] or cleaned["key_variable"]
        )
        try:
            if cleaned["key"]:
                secrets.seal_key(endpoint, cleaned["key"].strip(), at=timezone.now())
            elif not kept:
                secrets.remove_key(endpoint)
            elif "base_url" in self.changed_data:
                secrets.key_of(endpoint)
        except secrets.KeyUnusable as unusable:
            self.add_error("key", str(unusable))


class ResumeEndpoint(ConfirmedAction):
    name, label, on_selection = "resume", "Resume", False

    def effects(self, rows: Sequence[Endpoint]) -> list[str]:
        return [
            f"The pause ends and the count of failures ({rows[0].failures_in_row}) is reset.",
            "Without this action, one trial request is sent when the pause is over.",
        ]

    def run(self, rows: Sequence[Endpoint], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        if not usage_limits.resume(rows[0].pk):
            raise ActionRefused("The endpoint is not paused (any more).")
        return Outcome(rows, f"The endpoint of {rows[0]} is active again.")

    def offered_for(self, row: Endpoint) -> bool:
        return row.is_paused


class DailyUsageInline(ReadOnlyInline):
    model = DailyUsage
    fields = ["day", "requests", "tokens", "cost"]
    verbose_name_plural = "usage of the last 31 days"

    def get_queryset(self, request: HttpRequest) -> QuerySet[DailyUsage]:
        since = timezone.now().astimezone(UTC).date() - MONTH
        rows: QuerySet[DailyUsage] = super().get_queryset(request)
        return rows.filter(day__gt=since).order_by("-day")


@admin.register(Endpoint)
class EndpointAdmin(EditableAdmin):
    """Admin of LLM endpoints: configuration, limits, prices. Failures and usage are written only by jobs."""

    form = EndpointForm
    operations = [ResumeEndpoint(), Delete()]
    list_display = [
        *["serves", "model_name", "enabled", "state"],
        *["requests_today", "tokens_today", "cost_today"],
    ]
    list_filter = ["purpose", "enabled"]
    list_select_related = ["forecaster"]
    search_fields = ["forecaster__name", "model", "base_url"]
    autocomplete_fields = ["forecaster"]
    readonly_fields = ["state", "key_is"]
    columns_of_form = ["key_variable", "sealed_key", "key_set_at"]
    inlines = [DailyUsageInline]
    fieldsets = [
        (None, {"fields": ["purpose", "forecaster", "enabled", "state"]}),
        ("Address and model", {"fields": ["base_url", "model", "accepted_models"]}),
        ("Key", {"fields": ["key_is", "key_variable", "key", "forget_key"]}),
        ("Request", {"fields": [*REQUEST_FIELDS]}),
        ("Prices and daily limits", {"fields": [*LIMIT_FIELDS]}),
    ]

    @admin.display(description="used by", ordering="forecaster__name")
    def serves(self, row: Endpoint) -> str:
        return str(row)

    @admin.display(description="model", ordering="model")
    def model_name(self, row: Endpoint) -> str:
        return row.model or settings.LLM_MODEL or "-"

    @admin.display(description="state")
    def state(self, row: Endpoint) -> str:
        failures = f", {row.failures_in_row} failures in a row" if row.failures_in_row else ""
        return row.pause_text or f"{'enabled' if row.enabled else 'disabled'}{failures}"

    @admin.display(description="key in use")
    def key_is(self, row: Endpoint) -> str:
        return secrets.describe_key(row)

    @admin.display(description="requests today")
    def requests_today(self, row: Endpoint) -> str:
        return _of(_today(row).requests, row.daily_requests)

    @admin.display(description="tokens today")
    def tokens_today(self, row: Endpoint) -> str:
        return _of(_today(row).tokens, row.daily_tokens)

    @admin.display(description="cost today")
    def cost_today(self, row: Endpoint) -> str:
        if row.input_price is None:
            return "unknown"
        limit = None if row.daily_cost is None else str(half_up(row.daily_cost, 2))
        return _of(str(half_up(_today(row).cost, 4)), limit)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Endpoint]:
        rows: QuerySet[Endpoint] = super().get_queryset(request)
        today = DailyUsage.objects.filter(day=timezone.now().astimezone(UTC).date())
        return rows.prefetch_related(Prefetch("daily_usage", today, to_attr="usage_today"))


def _today(row: Any) -> DailyUsage:
    """Return today's usage of the endpoint, from the rows that get_queryset prefetched.

    If there is no usage today, return an unsaved row without usage.
    """
    used: list[DailyUsage] = row.usage_today
    return used[0] if used else DailyUsage()


def _of(used: object, limit: object) -> str:
    return f"{used} of {limit}" if limit is not None else str(used)
