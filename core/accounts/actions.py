"""Admin actions on accounts and on locked-out addresses. Each requires a reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from axes.models import AccessAttempt
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import User
from django.db.models import Model

from core.admin.actions import ActionRefused, ConfirmedAction, Outcome
from core.admin.audit import Reasoned, reason_field
from core.admin.delete import Delete

if TYPE_CHECKING:  # generic in the stubs only
    PlainPasswordForm: TypeAlias = AdminPasswordChangeForm[User]
else:
    PlainPasswordForm = AdminPasswordChangeForm


class DeleteAccount(Delete):
    """Delete an account without entries in the audit log. Accounts with entries can only be deactivated."""

    def run(self, rows: Sequence[Model], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        if by in rows:
            raise ActionRefused("You cannot delete your own account: ask another admin.")
        return super().run(rows, by=by, at=at, data=data)


class PasswordForm(Reasoned, PlainPasswordForm):
    """Set the password of another account. Requires a reason."""

    reason = reason_field()


class Unlock(ConfirmedAction):
    """End the lockout of an address early."""

    name, label, permission = "unlock", "Unlock", "delete"

    def effects(self, rows: Sequence[AccessAttempt]) -> list[str]:
        addresses = ", ".join(sorted({str(row.ip_address) for row in rows}))
        return [f"The failed logins from {addresses} are deleted, so five more attempts are possible now."]

    def run(self, rows: Sequence[AccessAttempt], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        addresses = {row.ip_address for row in rows}
        AccessAttempt.objects.filter(ip_address__in=addresses).delete()
        return Outcome(rows, f"Unlocked: {', '.join(sorted(map(str, addresses)))}.")
