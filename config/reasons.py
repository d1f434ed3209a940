"""Why somebody changed something: asked for by every operation and by every edit of a fact."""

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.contrib.admin import ModelAdmin, TabularInline
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpRequest
from django.utils.functional import cached_property

if TYPE_CHECKING:  # generic in the stubs only
    PlainAdmin: TypeAlias = ModelAdmin[Any]
    PlainInline: TypeAlias = TabularInline[Any, Any]
    PlainForm: TypeAlias = forms.ModelForm[Any]
else:
    PlainAdmin, PlainInline, PlainForm = ModelAdmin, TabularInline, forms.ModelForm

REASON = "reason"
KEPT = "Required: it is kept in the history for good, with your name."


def reason_field() -> forms.CharField:
    return forms.CharField(max_length=200, help_text=KEPT)


class ReasonForm(forms.Form):
    """What every operation asks."""

    reason = reason_field()


class ReasonedAdmin(PlainAdmin):
    """Whoever edits a row that exists says why; the row's history keeps it."""

    def asks_why(self, request: HttpRequest, obj: Any) -> bool:
        return obj is not None and self.has_change_permission(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if self.asks_why(request, obj):
            kwargs.setdefault("form", type("ReasonedForm", (_Reasoned, self.form), {REASON: reason_field()}))
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if not self.asks_why(request, obj) or REASON in flatten_fieldsets(fieldsets):
            return fieldsets
        return [*fieldsets, ("Why", {"fields": [REASON]})]

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Django's list of what was changed, and the reason."""
        message = super().construct_change_message(request, form, formsets, add)
        if add or not isinstance(form, _Reasoned):
            return message
        said = LogEntry(change_message=json.dumps(message)).get_change_message()
        return f"{said} Reason: {form.cleaned_data[REASON]}"


class _Reasoned:
    """Part of a model form: its reason is no field of the row, so nothing of the row has changed with it."""

    cleaned_data: dict[str, Any]

    @cached_property
    def changed_data(self) -> list[str]:
        changed: list[str] = super().changed_data  # type: ignore[misc]
        return [name for name in changed if name != REASON]
