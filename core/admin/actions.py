"""Admin actions with a confirmation page.

The page describes what the action will do; submitting it (POST) runs the action. An action requires a
permission on its model ("change" by default) and writes LogEntry rows with the operator's reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from core.admin.audit import PlainAdmin, PlainForm, PlainInline, ReadOnlyAdmin, ReasonedAdmin, ReasonForm

MAX_ROWS = 500  # maximum number of rows that can be selected for one action


class ActionRefused(ValueError):
    """The action cannot be carried out. `field` is the name of the form field that caused it, if any."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        self.field = field
        super().__init__(message)


@dataclass(slots=True)
class Outcome:
    """Result of an action: changed rows, a success message, error messages, and details for the history."""

    done: Sequence[Model]
    message: str
    problems: list[str] = field(default_factory=list)
    details: str = ""


class ConfirmedAction:
    """Base class of an admin action."""

    name: ClassVar[str]
    label: ClassVar[str]
    form_class: ClassVar[type[forms.Form]] = ReasonForm
    permission: ClassVar[str] = "change"  # permission on the model that the operator needs
    action_flag: ClassVar[int] = CHANGE  # shown in the history
    on_rows: ClassVar[bool] = True  # offer a button on the row's page
    on_selection: ClassVar[bool] = True  # offer an action in the list
    on_list: ClassVar[bool] = False  # offer a button above the list, for an action on no particular row

    def effects(self, rows: Sequence[Any]) -> list[str]:
        """Return sentences for the confirmation page that describe what the action will do to the rows."""
        raise NotImplementedError

    def run(self, rows: Sequence[Any], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        """Carry out the action, in a transaction. If it raises ActionRefused, nothing is written."""
        raise NotImplementedError

    def initial(self, rows: Sequence[Any]) -> dict[str, Any]:
        """Return the initial values of the form."""
        return {}

    def offered_for(self, row: Any) -> bool:
        """Return True if the row's page should have a button for this action."""
        return True


class ActionsAdmin(ReasonedAdmin):
    """ModelAdmin that offers the actions in `operations` as buttons and as list actions.

    Django's own delete action requires no reason, so it is disabled; use core.admin.delete.Delete instead.
    """

    operations: ClassVar[list[ConfirmedAction]] = []
    change_form_template = "admin/operations_change_form.html"
    change_list_template = "admin/operations_change_list.html"

    def may_operate(self, request: HttpRequest, operation: ConfirmedAction, row: Any = None) -> bool:
        """Return True if the user has the permission that the action requires.

        Subclasses can override this method to check `row` as well.
        """
        codename = get_permission_codename(operation.permission, self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{codename}")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def url_name(self, what: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{what}"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("do/<slug:name>/", view(self.operate_on_list), name=self.url_name("do_list")),
            path("<int:pk>/do/<slug:name>/", view(self.operate_on_row), name=self.url_name("do")),
            *super().get_urls(),
        ]

    def operate_on_list(self, request: HttpRequest, name: str) -> HttpResponse:
        operation = self._find(request, name, on_list=True)
        return self._confirm(request, operation, [], back=self._url("changelist"))

    def operate_on_row(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        operation = self._find(request, name, on_rows=True)
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404(f"There is no {self.opts.verbose_name} {pk}.")
        if not self.may_operate(request, operation, row):
            raise PermissionDenied
        is_deletion = operation.action_flag == DELETION
        back = self._url("changelist") if is_deletion else self._url("change", pk)
        return self._confirm(request, operation, [row], back=back)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        for operation in self.operations:
            if operation.on_selection and self.may_operate(request, operation):
                label = f"{operation.label} (selected {self.opts.verbose_name_plural})"
                actions[operation.name] = (_list_action(operation), operation.name, label)
        return actions

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        allowed = [each for each in self.operations if each.on_rows and self.may_operate(request, each)]
        row = self.get_object(request, object_id) if allowed else None
        buttons = [
            (operation.label, self._url("do", row.pk, operation.name))
            for operation in allowed
            if row is not None and self.may_operate(request, operation, row) and operation.offered_for(row)
        ]
        context = {"operations": buttons, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        buttons = [
            (operation.label, self._url("do_list", operation.name))
            for operation in self.operations
            if operation.on_list and self.may_operate(request, operation)
        ]
        shown = {"operations": buttons, "subtitle": self._default_filter(request), **(extra_context or {})}
        return super().changelist_view(request, shown)

    def _default_filter(self, request: HttpRequest) -> str | None:
        """Return a sentence if the list hides rows by the default of a filter, which has an `open_label`."""
        filters: Sequence[Any] = self.list_filter
        for each in filters:
            label = getattr(each, "open_label", "")
            if label and each.parameter_name not in request.GET:
                return f"Shown: {label.lower()} rows only. Choose All in the filter for every row."
        return None

    def _url(self, what: str, *args: object) -> str:
        return reverse(f"admin:{self.url_name(what)}", args=args)

    def _find(self, request: HttpRequest, name: str, **where: bool) -> ConfirmedAction:
        for operation in self.operations:
            if operation.name == name and all(getattr(operation, place) for place in where):
                if not self.may_operate(request, operation):
                    raise PermissionDenied
                return operation
        raise Http404(f"There is no action {name!r} here.")

    def _confirm(
        self, request: HttpRequest, operation: ConfirmedAction, rows: Sequence[Model], *, back: str
    ) -> HttpResponse:
        """Show the confirmation page. If its form was submitted and is valid, run the action and redirect."""
        confirmed = request.method == "POST" and "confirmed" in request.POST
        form = operation.form_class(request.POST if confirmed else None, initial=operation.initial(rows))
        if confirmed and form.is_valid():
            try:
                self._carry_out(request, operation, rows, form.cleaned_data)
            except ActionRefused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            else:
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": operation.label,
            "opts": self.opts,
            "operation": operation,
            "effects": operation.effects(rows),
            "rows": rows,
            "form": form,
            "back": back,
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "select_across": request.POST.get("select_across", "0"),
        }
        return TemplateResponse(request, "admin/confirm_operation.html", context)

    def _carry_out(
        self, request: HttpRequest, operation: ConfirmedAction, rows: Sequence[Model], data: dict[str, Any]
    ) -> None:
        user = request.user
        assert isinstance(user, User)  # checked by may_operate
        with transaction.atomic():
            outcome = operation.run(rows, by=user, at=timezone.now(), data=data)
            self._audit(user, operation, outcome, data.get("reason", ""))
        if outcome.message:
            messages.success(request, outcome.message)
        for problem in outcome.problems:
            messages.error(request, problem)

    def _audit(self, user: User, operation: ConfirmedAction, outcome: Outcome, reason: str) -> None:
        details = f" ({outcome.details})" if outcome.details else ""
        note = f"{operation.label}: {reason or 'no reason given'}{details}"
        if outcome.done:
            rows = list(outcome.done)
            LogEntry.objects.log_actions(user.pk, rows, operation.action_flag, change_message=note)
        elif operation.on_list:  # an action on no particular row
            LogEntry.objects.create(
                user=user,
                content_type=ContentType.objects.get_for_model(self.model),
                object_repr=str(self.opts.verbose_name_plural),
                action_flag=operation.action_flag,
                change_message=note,
            )


def _list_action(operation: ConfirmedAction) -> Any:
    """Return a list action for Django's admin: it shows the confirmation page for the selected rows."""

    def action(admin: ActionsAdmin, request: HttpRequest, queryset: QuerySet[Model]) -> HttpResponse | None:
        rows = list(queryset[: MAX_ROWS + 1])
        if len(rows) > MAX_ROWS:
            messages.error(request, f"An action can change at most {MAX_ROWS} rows at once: select fewer.")
            return None
        if not all(admin.may_operate(request, operation, row) for row in [None, *rows]):
            raise PermissionDenied
        return admin._confirm(request, operation, rows, back=request.get_full_path())

    return action


__all__ = [
    "ActionRefused",
    "ActionsAdmin",
    "ConfirmedAction",
    "Outcome",
    "PlainAdmin",
    "PlainForm",
    "PlainInline",
    "ReadOnlyAdmin",
    "ReasonForm",
]
