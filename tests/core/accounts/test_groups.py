"""Three groups, made on an empty database, that can do what groups.py says: no more, no less."""

import re

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command

from core.accounts import groups
from core.accounts.groups import sync_groups
from tools.servers.paths import CHECKOUT

pytestmark = pytest.mark.django_db
SECURITY = CHECKOUT / "docs" / "security.md"


def existing() -> set[str]:
    rows = Permission.objects.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def granted(name: str) -> set[str]:
    rows = Group.objects.get(name=name).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


@pytest.mark.parametrize("name", groups.GROUPS)
def test_migrating_an_empty_database_made_each_group_with_its_permissions(name):
    assert granted(name) == groups.permissions_of(name, existing())
    assert granted(name)


def test_every_permission_that_is_named_exists():
    named = {
        f"{model.replace('.', f'.{action}_')}"
        for models in groups.EXTRA_PERMISSIONS.values()
        for model, actions in models.items()
        for action in actions
    }
    assert named <= existing()


def test_a_viewer_may_look_at_every_model_of_ours_and_do_nothing_else():
    ours = {f"{model._meta.label_lower.replace('.', '.view_')}" for model in all_of_ours()}
    assert granted("viewer") == ours


def all_of_ours():
    return [model for label in groups.PROJECT_APPS for model in apps.get_app_config(label).get_models()]


def test_each_group_may_do_all_that_the_one_before_it_may():
    assert granted("viewer") < granted("operator") < granted("admin")


def test_only_admins_manage_staff_and_delete():
    beyond = granted("operator")
    assert not [
        each for each in beyond if ".delete_" in each or each.startswith(("auth.", "admin.", "axes."))
    ]


def test_no_group_touches_what_only_services_write():
    derived = ("settlement", "score", "tally", "roundup", "prediction", "resultrevision")
    assert not [
        each
        for each in granted("admin")
        if each.endswith(derived) and not each.split(".")[1].startswith("view_")
    ]


def test_nobody_but_superusers_gets_at_the_queues():
    assert not [each for each in granted("admin") if each.startswith("django_rq")]


def test_a_model_that_comes_later_is_seen_by_viewers_after_the_next_migrate():
    later = Permission.objects.create(
        codename="view_referee", content_type=ContentType.objects.get(app_label="matches", model="match")
    )
    call_command("migrate", verbosity=0)
    assert Group.objects.filter(name="viewer", permissions=later).exists()


def test_what_was_changed_by_hand_does_not_outlast_a_migrate():
    viewer = Group.objects.get(name="viewer")
    viewer.permissions.set(Permission.objects.filter(codename="delete_user"))
    call_command("migrate", verbosity=0)
    assert granted("viewer") == groups.permissions_of("viewer", existing())


def test_a_group_of_ones_own_is_left_alone():
    own = Group.objects.create(name="press")
    own.permissions.set(Permission.objects.filter(codename="view_roundup"))
    call_command("migrate", verbosity=0)
    assert granted("press") == {"content.view_roundup"}


def test_handing_out_twice_changes_nothing(django_assert_max_num_queries):
    members = list(Group.permissions.through.objects.order_by("pk").values_list("pk", flat=True))
    with django_assert_max_num_queries(10):
        sync_groups()
    assert list(Group.permissions.through.objects.order_by("pk").values_list("pk", flat=True)) == members


@pytest.mark.django_db(transaction=True)
def test_the_groups_come_back_when_the_database_is_flushed():
    call_command("flush", interactive=False, verbosity=0)
    assert {name: bool(granted(name)) for name in groups.GROUPS} == dict.fromkeys(groups.GROUPS, True)


def test_the_table_in_the_docs_is_the_code():
    """Each row: a model, and what viewer, operator and admin may do with it beyond what is to its left."""
    pattern = r"^\| `(\w+\.\w+)` \|([^|]*)\|([^|]*)\|([^|]*)\|$"
    rows = re.findall(pattern, SECURITY.read_text(encoding="utf-8"), re.MULTILINE)
    told = {
        (model, name, action.strip())
        for model, *cells in rows
        for name, cell in zip(groups.GROUPS, cells, strict=True)
        for action in cell.split(",")
        if action.strip() not in ("", "view" if model.split(".")[0] in groups.PROJECT_APPS else "")
    }
    written = {
        (model, name, action)
        for name, models in groups.EXTRA_PERMISSIONS.items()
        for model, actions in models.items()
        for action in actions
    }
    assert told == written
