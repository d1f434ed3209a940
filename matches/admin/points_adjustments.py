"""Admin of points adjustments: they can be added with a reason, but not edited or deleted."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from core.admin.actions import PlainAdmin, PlainForm, ReadOnlyAdmin
from matches.models import PointsAdjustment
from matches.services.seasons import InvalidAdjustment, adjust_points, require_possible


class AdjustmentForm(PlainForm):
    """Form of one points adjustment. Errors are attached to the field that causes them."""

    class Meta:
        model = PointsAdjustment
        fields = ["stage", "team", "points", "decided_on", "reason", "source"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                values = {name: cleaned[name] for name in self.Meta.fields}
                require_possible(PointsAdjustment(**values), today=timezone.now().date())
            except InvalidAdjustment as invalid:
                raise ValidationError({invalid.field: str(invalid)}) from invalid
        return cleaned


@admin.register(PointsAdjustment)
class PointsAdjustmentAdmin(ReadOnlyAdmin):
    """Admin of points deductions, and of points given back on appeal.

    Adding one updates the league table and the roundups.
    """

    form = AdjustmentForm
    list_display = ["team", "stage", "points", "decided_on", "reason", "recorded_at", "recorded_by"]
    list_filter = ["stage__season", "decided_on"]
    list_select_related = ["team", "stage__season__competition", "recorded_by"]
    search_fields = ["team__name", "reason"]
    ordering = ["-decided_on", "-pk"]
    autocomplete_fields = ["stage", "team"]
    readonly_fields = ["recorded_at", "recorded_by"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return PlainAdmin.has_add_permission(self, request)

    def get_fields(self, request: HttpRequest, obj: PointsAdjustment | None = None) -> list[Any]:
        return [*AdjustmentForm.Meta.fields, *(self.readonly_fields if obj else [])]

    def save_model(self, request: HttpRequest, obj: PointsAdjustment, form: PlainForm, change: bool) -> None:
        """Save through the service, which triggers the updates of the league table and the roundups."""
        user = request.user if isinstance(request.user, User) else None
        cleaned = {name: form.cleaned_data[name] for name in AdjustmentForm.Meta.fields}
        obj.pk = adjust_points(**cleaned, recorded_at=timezone.now(), recorded_by=user).pk
