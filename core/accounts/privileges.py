"""Who is within whose reach: one may manage those who can do no more than oneself.

Permissions are read from the tables, not asked of the user: an account that is switched off has none, but
whoever may edit it could give it a new password and switch it on.
"""

from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q, QuerySet


def permissions_of_user(user: Any) -> set[int]:
    """The keys of what the user may do, if active: by themselves or through groups."""
    return set(Permission.objects.filter(Q(user=user) | Q(group__user=user)).values_list("pk", flat=True))


def permissions_of_group(group: Group) -> set[int]:
    return set(group.permissions.values_list("pk", flat=True))


def is_above(target: User, actor: Any) -> bool:
    """Whether the target can do something that the actor cannot. Nobody is above a superuser."""
    if actor.is_superuser:
        return False
    return target.is_superuser or not permissions_of_user(target) <= permissions_of_user(actor)


def groups_within(actor: Any) -> QuerySet[Group]:
    """The groups that the actor may hand out: those with no permission which the actor lacks."""
    if actor.is_superuser:
        return Group.objects.all()
    beyond = Permission.objects.exclude(pk__in=permissions_of_user(actor))
    return Group.objects.exclude(permissions__in=beyond)
