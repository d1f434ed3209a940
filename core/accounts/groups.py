"""Permissions of the admin's three groups. This file is authoritative; docs/security.md shows it as a table.

Every run of `manage.py migrate` resets the three groups to these permissions. For other permissions,
create another group.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps as installed_apps
from django.db import DEFAULT_DB_ALIAS

VIEWER, OPERATOR, ADMIN = "viewer", "operator", "admin"
GROUPS = (VIEWER, OPERATOR, ADMIN)  # each has all permissions of those before it

# Viewers may view every model of these apps, including models added later.
PROJECT_APPS = ("pipeline", "matches", "scoring", "stats", "content")

FACTS = (
    "matches.competition",
    "matches.season",
    "matches.stage",
    "matches.team",
    "matches.teamalias",
    "matches.match",
    "matches.matchsource",
    "matches.forecaster",
)

# Permissions beyond viewing. An action (rescore, void, retry, ...) requires `change` on its model.
EXTRA_PERMISSIONS: dict[str, dict[str, tuple[str, ...]]] = {
    VIEWER: {},
    OPERATOR: {
        **dict.fromkeys(FACTS, ("add", "change")),
        "matches.pointsadjustment": ("add",),  # never changed: an appeal is recorded as another row
        "matches.feed": ("change",),
        "matches.feedsubscription": ("add", "change"),
        "matches.feedproblem": ("change",),
        "matches.unknownteam": ("change",),
        "pipeline.jobrun": ("change",),
        "stats.viewrefresh": ("change",),
    },
    ADMIN: {
        **dict.fromkeys((*FACTS, "matches.feedsubscription"), ("delete",)),
        # Anyone who may set an endpoint's URL can have its key sent there, and can cause costs.
        "matches.endpoint": ("add", "change", "delete"),
        "matches.apikey": ("add", "change"),  # a key allows predictions in a forecaster's name
        "auth.user": ("view", "add", "change", "delete"),
        "auth.group": ("view", "add", "change", "delete"),
        "admin.logentry": ("view",),
        "axes.accessattempt": ("view", "delete"),
        "axes.accesslog": ("view",),
    },
}


def permissions_of(group: str, existing: Iterable[str]) -> set[str]:
    """Return the permissions from `existing`, e.g. "matches.view_match", that the group should have."""
    named = set().union(*(_own_permissions(each) for each in GROUPS[: GROUPS.index(group) + 1]))
    return {each for each in existing if each in named or _is_view_permission(each)}


def _own_permissions(group: str) -> set[str]:
    """Return the permissions that EXTRA_PERMISSIONS lists for this group."""
    pairs = ((model.split("."), actions) for model, actions in EXTRA_PERMISSIONS[group].items())
    return {f"{app}.{action}_{model}" for (app, model), actions in pairs for action in actions}


def _is_view_permission(permission: str) -> bool:
    app, _, codename = permission.partition(".")
    return app in PROJECT_APPS and codename.startswith("view_")


def sync_groups(*, apps: Any = installed_apps, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Give each group exactly the permissions that this file defines. Idempotent.

    Manual changes to these groups are overwritten. Permissions that do not exist in the database are skipped.
    Django creates permissions after the migrations, so this function runs after them, too.
    """
    try:
        Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    except LookupError:  # `migrate auth zero`
        return
    rows = Permission.objects.using(using).values_list("content_type__app_label", "codename", "pk")
    known = {f"{app}.{codename}": pk for app, codename, pk in rows}
    for name in GROUPS:
        group, _created = Group.objects.using(using).get_or_create(name=name)
        group.permissions.set([known[each] for each in permissions_of(name, known)])
