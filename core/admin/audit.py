"""Base classes of the admin: forms and edits of rows require a reason; text has no hidden characters.

core/hidden_characters.py defines which characters are hidden.
"""

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.contrib.admin import ModelAdmin, TabularInline
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpRequest
from django.utils.functional import cached_property

from core.admin.lookups import DeclaredLookups
from core.validators import one_plain_line, require_letters, require_plain_text

if TYPE_CHECKING:  # generic in the stubs only
    DjangosAdmin: TypeAlias = ModelAdmin[Any]
    DjangosInline: TypeAlias = TabularInline[Any, Any]
    PlainForm: TypeAlias = forms.ModelForm[Any]
else:
    DjangosAdmin, DjangosInline, PlainForm = ModelAdmin, TabularInline, forms.ModelForm

REASON = "reason"
REASON_HELP = "Required. It stays in the history permanently, with your name."


def reason_field() -> forms.CharField:
    return forms.CharField(
        max_length=200, help_text=REASON_HELP, validators=[one_plain_line, require_letters]
    )


class ReasonForm(forms.Form):
    """Base form of every admin action: requires a reason. Its text fields refuse hidden characters."""

    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            require_plain_text(field)


class _PlainTextMixin:
    """Admin mixin: text fields refuse hidden characters, and a `reason` must have a letter or digit."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        require_plain_text(field)
        if field and db_field.name == REASON:
            field.validators.append(require_letters)
        return field


class PlainAdmin(DeclaredLookups, _PlainTextMixin, DjangosAdmin):
    """Base class of every ModelAdmin.

    Text fields refuse hidden characters. The URL of a list can filter only by declared fields
    (core/admin/lookups.py).
    """


class PlainInline(_PlainTextMixin, DjangosInline):
    """TabularInline whose text fields refuse hidden characters."""


class ReadOnlyAdmin(PlainAdmin):
    """Read-only ModelAdmin for rows that only services write."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReasonedAdmin(PlainAdmin):
    """ModelAdmin that requires a reason for edits of existing rows and stores it in the row's history."""

    def requires_reason(self, request: HttpRequest, obj: Any) -> bool:
        return obj is not None and self.has_change_permission(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if self.requires_reason(request, obj):
            kwargs.setdefault("form", type("ReasonedForm", (Reasoned, self.form), {REASON: reason_field()}))
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if not self.requires_reason(request, obj) or REASON in flatten_fieldsets(fieldsets):
            return fieldsets
        return [*fieldsets, ("Reason", {"fields": [REASON]})]

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Return Django's change message, followed by the reason if the form has one."""
        message = super().construct_change_message(request, form, formsets, add)
        if add or not isinstance(form, Reasoned):
            return message
        changes = LogEntry(change_message=json.dumps(message)).get_change_message()
        return f"{changes} Reason: {form.cleaned_data[REASON]}"


class Reasoned:
    """Form mixin: a reason does not count as a changed field, so a form with only a reason is unchanged."""

    cleaned_data: dict[str, Any]

    @cached_property
    def changed_data(self) -> list[str]:
        changed: list[str] = super().changed_data  # type: ignore[misc]
        return [name for name in changed if name != REASON]
