"""Admin action that ends the lockout of an address early."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from axes.models import AccessAttempt
from django.contrib.auth.models import User

from core.admin.actions import ConfirmedAction, Outcome


class Unlock(ConfirmedAction):
    name, label, permission = "unlock", "Unlock", "delete"

    def effects(self, rows: Sequence[AccessAttempt]) -> list[str]:
        addresses = ", ".join(sorted({str(row.ip_address) for row in rows}))
        return [f"Every failed login from {addresses} is forgotten: five more are possible at once."]

    def run(self, rows: Sequence[AccessAttempt], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        addresses = {row.ip_address for row in rows}
        AccessAttempt.objects.filter(ip_address__in=addresses).delete()
        return Outcome(rows, f"Unlocked: {', '.join(sorted(map(str, addresses)))}.")
