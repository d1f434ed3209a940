"""Actions on accounts besides editing. Each requires a reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import User
from django.db.models import Model

from core.admin.actions import ActionRefused, Outcome
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
            raise ActionRefused("That is your own account: somebody else must delete it.")
        return super().run(rows, by=by, at=at, data=data)


class PasswordForm(Reasoned, PlainPasswordForm):
    """Set the password of another account. Requires a reason."""

    reason = reason_field()
