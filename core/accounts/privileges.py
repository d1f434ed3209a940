"""An admin may manage only accounts whose permissions are a subset of their own.

Permissions are read from the tables instead of `user.get_all_permissions()`: an inactive account has none,
but an admin who may edit it could set a new password and activate it.
"""

from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q, QuerySet


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
    """Return the groups that the actor may assign: those without permissions that the actor lacks."""
    if actor.is_superuser:
        return Group.objects.all()
    beyond = Permission.objects.exclude(pk__in=permissions_of_user(actor))
    return Group.objects.exclude(permissions__in=beyond)
