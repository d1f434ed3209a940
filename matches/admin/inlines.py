"""Base class of read-only inlines."""

from django.db.models import Model
from django.http import HttpRequest

from core.admin.actions import PlainInline


class ReadOnlyInline(PlainInline):
    """Inline whose rows cannot be added, changed or deleted."""

    extra = 0
    can_delete = False
    classes = ["fw-rows"]

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
