"""Delete action of the admin. Unlike Django's own delete action, it requires a reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.admin.utils import NestedObjects
from django.contrib.auth.models import User
from django.db import router
from django.db.models import Model
from django.utils.text import capfirst

from core.admin.actions import ActionRefused, ConfirmedAction, Outcome


class Delete(ConfirmedAction):
    """Delete one row and all rows that cascade from it.

    The action is refused if another row protects this one (on_delete=PROTECT): for example, predictions
    protect their forecaster. Entries in the audit log protect the account that made them.
    """

    name, label, permission, action_flag, on_selection = "delete", "Delete", "delete", DELETION, False

    def effects(self, rows: Sequence[Model]) -> list[str]:
        (row,) = rows
        if protectors := _protectors(row):
            return [f"It cannot be deleted: {protectors} refer to it."]
        along = [f"{capfirst(text)} are deleted with it." for text in _cascades(row)]
        return ["This cannot be undone. The deletion itself stays in the audit log.", *along]

    def run(self, rows: Sequence[Model], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (row,) = rows
        if protectors := _protectors(row):
            raise ActionRefused(f"{row} cannot be deleted: {protectors} refer to it. Facts are kept.")
        type(row)._base_manager.filter(pk=row.pk).delete()  # keeps row.pk, which LogEntry needs
        return Outcome(rows, f"{row} is deleted.")


def _collect(row: Model) -> NestedObjects:
    collector = NestedObjects(using=router.db_for_write(type(row), instance=row))
    collector.collect([row])
    return collector


def _protectors(row: Model) -> str:
    """Return a text with the number of rows that prevent the deletion, e.g. "380 matches", or "".

    An account's entries in the audit log count as such rows.
    """
    found = _collect(row)
    return ", ".join(_counted([*found.protected, *found.data.get(LogEntry, [])]))


def _cascades(row: Model) -> list[str]:
    found = _collect(row).data
    return _counted(each for model, rows in found.items() if model is not type(row) for each in rows)


def _counted(rows: Any) -> list[str]:
    counts: dict[str, int] = {}
    for row in rows:
        name = str(row._meta.verbose_name_plural)
        counts[name] = counts.get(name, 0) + 1
    return [f"{count} {name}" for name, count in counts.items()]
