"""Admin of accounts, groups and the audit log: no one can grant permissions that they lack.

An admin may manage only accounts whose permissions are a subset of their own. These permissions are read from
the database, because `user.get_all_permissions()` returns an empty set for an inactive account. Otherwise an
admin could take over an inactive account with more permissions: set a new password and activate the account.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from axes.models import AccessAttempt, AccessLog
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from core.accounts import groups
from core.admin.actions import ActionRefused, ActionsAdmin, ConfirmedAction, Outcome, ReadOnlyAdmin
from core.admin.audit import Reasoned, reason_field
from core.admin.delete import Delete

if TYPE_CHECKING:  # generic in the stubs only
    PlainPasswordForm: TypeAlias = AdminPasswordChangeForm[User]
    PlainUserAdmin: TypeAlias = UserAdmin[User]
else:
    PlainPasswordForm, PlainUserAdmin = AdminPasswordChangeForm, UserAdmin

admin.site.unregister([User, Group])


class DeleteAccount(Delete):
    """Delete an account, except the admin's own account and accounts with entries in the audit log."""

    def run(self, rows: Sequence[Model], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        if by in rows:
            raise ActionRefused("You cannot delete your own account: ask another admin.")
        return super().run(rows, by=by, at=at, data=data)


class PasswordForm(Reasoned, PlainPasswordForm):
    """Form to set the password of another account. Requires a reason."""

    reason = reason_field()


class Unlock(ConfirmedAction):
    """Unlock IP addresses by deleting their failed logins."""

    name, label, permission = "unlock", "Unlock", "delete"

    def effects(self, rows: Sequence[AccessAttempt]) -> list[str]:
        addresses = ", ".join(sorted({str(row.ip_address) for row in rows}))
        return [f"The failed logins from {addresses} are deleted, so five more attempts are possible now."]

    def run(self, rows: Sequence[AccessAttempt], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        addresses = {row.ip_address for row in rows}
        AccessAttempt.objects.filter(ip_address__in=addresses).delete()
        return Outcome(rows, f"Unlocked: {', '.join(sorted(map(str, addresses)))}.")


@admin.register(User)
class StaffAdmin(ActionsAdmin, PlainUserAdmin):
    """Admin of accounts.

    Admins cannot change an account that has permissions which they lack. Only superusers can make an account
    a superuser.
    """

    operations = [DeleteAccount()]
    change_password_form = PasswordForm
    change_user_password_template = "admin/access/change_password.html"
    FOR_SUPERUSERS = ("is_superuser", "user_permissions")  # other admins grant permissions through groups

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and is_above(obj, request.user))

    def may_operate(self, request: HttpRequest, operation: ConfirmedAction, row: User | None = None) -> bool:
        return super().may_operate(request, operation, row) and not (row and is_above(row, request.user))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        fields = ["last_login", "date_joined"] if obj else []
        return fields if request.user.is_superuser or obj is None else [*fields, *self.FOR_SUPERUSERS]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["queryset"] = groups_within(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(Group)
class StaffGroupAdmin(ActionsAdmin, GroupAdmin):
    """Groups. The three built-in groups are defined in core/accounts/groups.py and cannot be changed here."""

    operations = [Delete()]

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and self._is_closed(request, obj))

    def may_operate(self, request: HttpRequest, operation: ConfirmedAction, row: Group | None = None) -> bool:
        return super().may_operate(request, operation, row) and not (row and self._is_closed(request, row))

    def _is_closed(self, request: HttpRequest, group: Group) -> bool:
        if group.name in groups.GROUPS:
            return True
        user = request.user
        return not (user.is_superuser or permissions_of_group(group) <= permissions_of_user(user))

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any
    ) -> Any:
        if request and db_field.name == "permissions" and not request.user.is_superuser:
            kwargs["queryset"] = Permission.objects.filter(pk__in=permissions_of_user(request.user))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(LogEntry)
class AuditLogAdmin(ReadOnlyAdmin):
    """Audit log: user, time, change and reason. Read-only; accounts with entries cannot be deleted."""

    list_display = ["action_time", "user", "action", "content_type", "object_repr", "message"]
    list_filter = ["action_time", ("user", admin.RelatedOnlyFieldListFilter), "action_flag", "content_type"]
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "change_message", "=object_id"]
    date_hierarchy = "action_time"
    ordering = ["-action_time", "-pk"]
    fields = ["action_time", "user", "action", "content_type", "object_id", "object_repr", "message"]

    @admin.display(description="action", ordering="action_flag")
    def action(self, row: LogEntry) -> str:
        return row.get_action_flag_display()

    @admin.display(description="change and reason")
    def message(self, row: LogEntry) -> str:
        return row.get_change_message()


@admin.register(AccessAttempt)
class FailedLoginAdmin(ReadOnlyAdmin, ActionsAdmin):
    """Failed logins of the last minutes. After five failed logins, an IP address is locked out."""

    operations = [Unlock()]
    list_display = ["attempt_time", "ip_address", "username", "failures_since_start", "user_agent"]
    search_fields = ["ip_address", "username"]
    ordering = ["-attempt_time"]
    fields = ["attempt_time", "ip_address", "username", "failures_since_start", "user_agent", "path_info"]


@admin.register(AccessLog)
class LoginAdmin(ReadOnlyAdmin):
    """Logins with time and IP address."""

    list_display = ["attempt_time", "logout_time", "username", "ip_address", "user_agent"]
    list_filter = ["attempt_time"]
    search_fields = ["ip_address", "username"]
    ordering = ["-attempt_time"]
    fields = ["attempt_time", "logout_time", "username", "ip_address", "user_agent", "path_info"]


def permissions_of_user(user: Any) -> set[int]:
    """Return the ids of the user's permissions, direct or through groups, also if the account is inactive."""
    return set(Permission.objects.filter(Q(user=user) | Q(group__user=user)).values_list("pk", flat=True))


def permissions_of_group(group: Group) -> set[int]:
    return set(group.permissions.values_list("pk", flat=True))


def is_above(target: User, actor: Any) -> bool:
    """Return True if the target has permissions that the actor lacks. No account is above a superuser."""
    if actor.is_superuser:
        return False
    return target.is_superuser or not permissions_of_user(target) <= permissions_of_user(actor)


def groups_within(actor: Any) -> QuerySet[Group]:
    """Return the groups that the actor may assign: those whose permissions the actor has in full."""
    if actor.is_superuser:
        return Group.objects.all()
    beyond = Permission.objects.exclude(pk__in=permissions_of_user(actor))
    return Group.objects.exclude(permissions__in=beyond)
