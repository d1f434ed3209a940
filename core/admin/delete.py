"""Deleting a row in the admin: only where nothing refers to it, with a reason, and on the record."""

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
    """What facts hang on stays: a competition with a season, a team that played, a forecaster with picks."""

    name, label, permission, action_flag, on_selection = "delete", "Delete", "delete", DELETION, False

    def effects(self, rows: Sequence[Model]) -> list[str]:
        (row,) = rows
        if protectors := _what_refers_to(row):
            return [f"It cannot be deleted: {protectors} refer to it."]
        along = [f"{capfirst(text)} are deleted with it." for text in _what_goes_with(row)]
        return ["It is gone for good; that there was one stays in the audit log.", *along]

    def run(self, rows: Sequence[Model], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (row,) = rows
        if protectors := _what_refers_to(row):
            raise ActionRefused(f"{row} cannot be deleted: {protectors} refer to it. Facts are kept.")
        type(row)._base_manager.filter(pk=row.pk).delete()  # the row in our hand keeps its key, for the log
        return Outcome(rows, f"{row} is deleted.")


def _collect(row: Model) -> NestedObjects:
    collector = NestedObjects(using=router.db_for_write(type(row), instance=row))
    collector.collect([row])
    return collector


def _what_refers_to(row: Model) -> str:
    """Those that forbid the deletion, like `380 matches, 20 tallies`; empty if there are none.

    The audit log is one of them: who left a trace in it stays.
    """
    found = _collect(row)
    return ", ".join(_counted([*found.protected, *found.data.get(LogEntry, [])]))


def _what_goes_with(row: Model) -> list[str]:
    found = _collect(row).data
    return _counted(each for model, rows in found.items() if model is not type(row) for each in rows)


def _counted(rows: Any) -> list[str]:
    counts: dict[str, int] = {}
    for row in rows:
        name = str(row._meta.verbose_name_plural)
        counts[name] = counts.get(name, 0) + 1
    return [f"{count} {name}" for name, count in counts.items()]
