"""post_migrate receiver that sets the permissions of the three groups as in groups.py."""

from typing import Any

from django.apps import apps as installed_apps
from django.db import DEFAULT_DB_ALIAS

from core.accounts import groups


def sync_groups(*, apps: Any = installed_apps, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Set each group's permissions to exactly those in groups.py that exist. Idempotent.

    Django creates permissions after the migrations, so a migration cannot assign them: an empty database has
    none yet. Manual changes to the permissions of these three groups are overwritten.
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
