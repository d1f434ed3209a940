"""Brings the three groups in line with groups.py, after every migrate."""

from typing import Any

from django.apps import apps as installed_apps
from django.db import DEFAULT_DB_ALIAS

from core.accounts import groups


def sync_groups(*, apps: Any = installed_apps, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Give each group exactly its permissions, as far as they exist. Doing it twice changes nothing.

    Permissions are made after migrations, so a migration cannot hand them out: on an empty database it
    would find none. What was added to one of the three by hand, or taken away, does not last.
    """
    try:
        Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    except LookupError:  # `migrate auth zero`
        return
    rows = Permission.objects.using(using).values_list("content_type__app_label", "codename", "pk")
    known = {f"{app}.{codename}": pk for app, codename, pk in rows}
    for name in groups.GROUPS:
        group, _created = Group.objects.using(using).get_or_create(name=name)
        group.permissions.set([known[each] for each in groups.permissions_of(name, known)])
