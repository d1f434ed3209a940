"""Admin of API keys and of commitments.

A key is shown once, when it is created; afterwards it can only be revoked. Commitments are read-only.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.forms import CheckboxSelectMultiple, MultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from core.admin.actions import ActionRefused, ActionsAdmin, ConfirmedAction, Outcome, PlainForm, ReadOnlyAdmin
from matches.admin.shared import ReadOnlyInline
from matches.models import ApiKey, Commitment, Timestamp
from matches.services import api_keys


class Revoke(ConfirmedAction):
    name, label = "revoke", "Revoke"

    def effects(self, rows: Sequence[ApiKey]) -> list[str]:
        return [
            "The key stops working at once and permanently.",
            "Predictions submitted with it remain valid.",
        ]

    def run(self, rows: Sequence[ApiKey], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        done = [key for key in rows if api_keys.revoke(key, at=at)]
        if not done:
            raise ActionRefused("The key is revoked already; nothing was changed.")
        return Outcome(done, f"Revoked: {', '.join(map(str, done))}.")

    def offered_for(self, row: ApiKey) -> bool:
        return row.revoked_at is None


class KeyForm(PlainForm):
    scopes = MultipleChoiceField(
        choices=ApiKey.Scope.choices, widget=CheckboxSelectMultiple, initial=ApiKey.Scope.values
    )

    class Meta:
        model = ApiKey
        fields = ["name", "maker", "forecasters", "scopes", "expires_at"]

    def clean_expires_at(self) -> datetime | None:
        expires_at: datetime | None = self.cleaned_data["expires_at"]
        if expires_at is not None and expires_at <= timezone.now():
            raise ValidationError("The key would have expired already: enter a time in the future.")
        return expires_at


@admin.register(ApiKey)
class ApiKeyAdmin(ActionsAdmin):
    """Admin of API keys. A key cannot be edited, so that its holder can rely on its permissions."""

    operations = [Revoke()]
    form = KeyForm
    list_display = [
        *["name", "maker", "prefix", "permissions"],
        *["created_at", "expires_at", "last_used_at", "revoked_at"],
    ]
    list_filter = ["maker"]
    search_fields = ["name", "maker", "prefix"]
    autocomplete_fields = ["forecasters"]

    @admin.display(description="permissions")
    def permissions(self, row: ApiKey) -> str:
        return ", ".join(row.scopes)

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in KeyForm.Meta.fields}
        made, request.new_key = api_keys.create(  # type: ignore[attr-defined] # stored only until the response
            **fields,
            created_by=request.user if isinstance(request.user, User) else None,
            now=timezone.now(),
        )
        obj.__dict__.update(made.__dict__)

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: Any = None) -> HttpResponse:
        """Show the new key once; it is never stored in messages, sessions or logs."""
        context = {**self.admin_site.each_context(request), "title": "New API key", "key": obj}
        context["text"] = request.new_key  # type: ignore[attr-defined]
        headers = {"Cache-Control": "no-store"}
        return TemplateResponse(request, "admin/api_key_made.html", context, headers=headers)


class TimestampInline(ReadOnlyInline):
    model = Timestamp
    fields = ["authority", "stated_at", "received_at"]


@admin.register(Commitment)
class CommitmentAdmin(ReadOnlyAdmin):
    inlines = [TimestampInline]
    list_display = ["match", "number", "size", "root", "locked_at", "committed_at", "before_result"]
    list_filter = ["before_result"]
    list_select_related = ["match__home_team", "match__away_team"]
    search_fields = ["=match__id", "root"]
    search_help_text = "Match id or root."
    ordering = ["-pk"]
