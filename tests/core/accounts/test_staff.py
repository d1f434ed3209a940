"""An admin manages staff, and cannot become, make or break somebody who may do more."""

import pytest
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse

from tests.fixtures.accounts import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "another long password"


@pytest.fixture
def admin(member) -> User:
    return member("admin")


@pytest.fixture
def browser(admin, browser_of):
    return browser_of(admin)


def page(row, what: str = "change") -> str:
    return reverse(f"admin:auth_{row._meta.model_name}_{what}", args=[row.pk])


def form_of(user: User, **changes: object) -> dict[str, object]:
    """What the browser sends when an account is saved."""
    return {
        "username": user.username,
        "first_name": "",
        "last_name": "",
        "email": "",
        "is_active": "on",
        "is_staff": "on",
        "groups": [group.pk for group in user.groups.all()],
        "reason": "new duties",
        **changes,
    }


def delete(browser, row, **sent: object):
    """Delete it by the operation; `reason=""` gives none."""
    return browser.post(deletion(row), {"confirmed": "yes", "reason": "entered twice", **sent})


def deletion(row) -> str:
    return reverse(f"admin:auth_{row._meta.model_name}_do", args=[row.pk, "delete"])


def beyond_everybody() -> Permission:
    """What no group may."""
    return Permission.objects.get(codename="delete_logentry")


def test_an_admin_makes_an_account_and_puts_it_in_a_group(browser):
    data = {"username": "bea", "usable_password": "true", "password1": NEW, "password2": NEW}
    assert browser.post(reverse("admin:auth_user_add"), data).status_code == 302
    bea = User.objects.get(username="bea")
    operators = Group.objects.get(name="operator")

    browser.post(page(bea), form_of(bea, groups=[operators.pk]))

    assert bea.groups.get() == operators
    assert bea.has_perm("matches.change_match")
    assert LogEntry.objects.filter(object_id=str(bea.pk)).count() == 2


def test_an_admin_cannot_make_themselves_a_superuser(browser, admin):
    everything = [permission.pk for permission in Permission.objects.all()]
    answer = browser.post(page(admin), form_of(admin, is_superuser="on", user_permissions=everything))

    assert answer.status_code == 302
    admin = User.objects.get(pk=admin.pk)
    assert not admin.is_superuser
    assert not admin.user_permissions.exists()


def test_an_admin_cannot_make_another_a_superuser(browser, member):
    other = member("viewer")
    browser.post(page(other), form_of(other, is_superuser="on", user_permissions=[1, 2, 3]))
    other.refresh_from_db()
    assert not other.is_superuser
    assert not other.user_permissions.exists()


def test_a_new_account_is_no_superuser_whatever_the_form_says(browser):
    data = {"username": "eve", "password1": NEW, "password2": NEW, "is_superuser": "on", "is_staff": "on"}
    browser.post(reverse("admin:auth_user_add"), {**data, "usable_password": "true"})
    eve = User.objects.get(username="eve")
    assert not eve.is_superuser
    assert not eve.is_staff


@pytest.mark.parametrize("active", [True, False])
def test_an_admin_cannot_touch_a_superuser(browser, superuser, active):
    """Not one that is switched off either: it could be given a password, and be switched on."""
    User.objects.filter(pk=superuser.pk).update(is_active=active)

    assert browser.get(page(superuser)).status_code == 200
    assert browser.post(page(superuser), form_of(superuser, username="mine")).status_code == 403
    assert browser.post(page(superuser, "delete"), {"post": "yes"}).status_code == 403
    assert browser.get(deletion(superuser)).status_code == 403
    assert delete(browser, superuser).status_code == 403
    assert "/do/delete/" not in browser.get(page(superuser)).content.decode()
    password = reverse("admin:auth_user_password_change", args=[superuser.pk])
    assert browser.get(password).status_code == 403
    assert browser.post(password, {"password1": NEW, "password2": NEW}).status_code == 403

    superuser.refresh_from_db()
    assert superuser.username == "ada"
    assert superuser.check_password(PASSWORD)


def test_an_admin_cannot_delete_a_superuser_from_the_list(browser, superuser):
    chosen = {"action": "delete_selected", "_selected_action": [superuser.pk], "post": "yes"}
    browser.post(reverse("admin:auth_user_changelist"), chosen)
    assert User.objects.filter(pk=superuser.pk).exists()


def test_an_admin_cannot_touch_an_account_that_may_do_more(browser, member):
    other = member("viewer", is_active=False)
    other.user_permissions.add(beyond_everybody())

    assert browser.post(page(other), form_of(other)).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[other.pk])
    assert browser.post(password, {"password1": NEW, "password2": NEW}).status_code == 403


def test_an_admin_cannot_hand_out_a_group_that_may_do_more(browser, member):
    strong = Group.objects.create(name="strong")
    strong.permissions.add(beyond_everybody())
    other = member("viewer")

    answer = browser.post(page(other), form_of(other, groups=[strong.pk]))

    assert "is not one of the available choices" in answer.content.decode()
    assert other.groups.get().name == "viewer"


def test_an_admin_cannot_put_into_a_group_what_they_lack(browser):
    data = {"name": "mine", "permissions": [beyond_everybody().pk]}
    answer = browser.post(reverse("admin:auth_group_add"), data)
    assert "is not one of the available choices" in answer.content.decode()
    assert not Group.objects.filter(name="mine").exists()


def test_an_admin_makes_a_group_of_what_they_may_do(browser):
    looking = Permission.objects.get(codename="view_roundup")
    browser.post(reverse("admin:auth_group_add"), {"name": "press", "permissions": [looking.pk]})
    assert Group.objects.get(name="press").permissions.get() == looking


def test_an_admin_cannot_change_a_group_that_may_do_more(browser):
    strong = Group.objects.create(name="strong")
    strong.permissions.add(beyond_everybody())
    assert browser.post(page(strong), {"name": "strong", "permissions": []}).status_code == 403
    assert browser.post(page(strong, "delete"), {"post": "yes"}).status_code == 403
    assert delete(browser, strong).status_code == 403
    assert Group.objects.filter(name="strong").exists()


@pytest.mark.parametrize("name", ["viewer", "operator", "admin"])
def test_nobody_edits_the_three_groups_by_hand(browser_of, superuser, name):
    group = Group.objects.get(name=name)
    browser = browser_of(superuser)
    assert browser.get(page(group)).status_code == 200
    assert browser.post(page(group), {"name": "mine", "permissions": []}).status_code == 403
    assert browser.post(page(group, "delete"), {"post": "yes"}).status_code == 403
    assert delete(browser, group).status_code == 403
    browser.post(
        reverse("admin:auth_group_changelist"),
        {"action": "delete_selected", "_selected_action": [group.pk], "post": "yes"},
    )
    assert Group.objects.filter(name=name).exists()


@pytest.mark.parametrize("group", ["viewer", "operator", ""])
def test_others_see_no_accounts(as_member, group, superuser):
    client = as_member(group)
    for url in (reverse("admin:auth_user_changelist"), page(superuser), reverse("admin:auth_user_add")):
        assert client.get(url).status_code == 403
        assert client.post(url, {}).status_code == 403


def test_a_superuser_makes_superusers(browser_of, superuser, member):
    other = member("admin")
    browser_of(superuser).post(page(other), form_of(other, is_superuser="on"))
    other.refresh_from_db()
    assert other.is_superuser


def test_a_group_opens_nothing_without_is_staff(member, browser_of):
    outsider = member("admin")
    User.objects.filter(pk=outsider.pk).update(is_staff=False)
    answer = browser_of(outsider).get("/admin/matches/match/")
    assert answer.status_code == 302
    assert answer.url.startswith("/admin/login/")


def test_somebody_who_left_a_trace_cannot_be_deleted_only_switched_off(browser, browser_of, member):
    leaver = member("operator")
    LogEntry.objects.log_actions(leaver.pk, [leaver], 2, "did something")

    assert "It cannot be deleted: 1 log entries refer to it" in browser.get(deletion(leaver)).content.decode()
    assert "cannot be deleted" in delete(browser, leaver).content.decode()
    assert browser.post(page(leaver, "delete"), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=leaver.pk).exists()

    data = form_of(leaver)
    del data["is_active"]
    browser.post(page(leaver), data)
    leaver.refresh_from_db()
    assert not leaver.is_active


def test_an_account_is_edited_with_a_reason_that_stays(browser, member):
    other = member("viewer")
    for reason in ("", "  ", "\u200b"):
        browser.post(page(other), form_of(other, first_name="Bea", reason=reason))
    other.refresh_from_db()
    assert other.first_name == ""

    browser.post(page(other), form_of(other, first_name="Bea", reason="she told us"))
    other.refresh_from_db()
    assert other.first_name == "Bea"
    assert LogEntry.objects.get().get_change_message() == "Changed First name. Reason: she told us"


def test_a_new_password_for_another_wants_a_reason(browser, member):
    other = member("viewer")
    url = reverse("admin:auth_user_password_change", args=[other.pk])
    sent = {"usable_password": "true", "password1": NEW, "password2": NEW, "set-password": "yes"}
    assert 'name="reason"' in browser.get(url).content.decode()

    assert "This field is required" in browser.post(url, sent).content.decode()
    other.refresh_from_db()
    assert other.check_password(PASSWORD)

    assert browser.post(url, {**sent, "reason": "forgotten"}).status_code == 302
    other.refresh_from_db()
    assert other.check_password(NEW)
    assert LogEntry.objects.get().get_change_message() == "Changed password. Reason: forgotten"


def test_a_group_is_edited_with_a_reason(browser):
    press = Group.objects.create(name="press")
    browser.post(page(press), {"name": "media", "permissions": []})
    assert Group.objects.filter(name="press").exists()
    browser.post(page(press), {"name": "media", "permissions": [], "reason": "their own word"})
    assert Group.objects.filter(name="media").exists()
    assert LogEntry.objects.get().get_change_message().endswith("Reason: their own word")


def test_accounts_and_groups_are_deleted_with_a_reason_and_on_the_record(browser, admin):
    for row in (User.objects.create_user("typo"), Group.objects.create(name="tpyo")):
        assert deletion(row) in browser.get(page(row)).content.decode()
        assert "This field is required" in delete(browser, row, reason="").content.decode()
        assert type(row).objects.filter(pk=row.pk).exists()

        assert delete(browser, row).status_code == 302
        assert not type(row).objects.filter(pk=row.pk).exists()
        entry = LogEntry.objects.get(object_repr=str(row))
        assert (entry.user, entry.action_flag, entry.change_message) == (
            admin,
            DELETION,
            "Delete: entered twice",
        )


def test_nobody_deletes_the_account_they_sit_in(browser, admin):
    assert "cannot delete your own account" in delete(browser, admin).content.decode()
    assert User.objects.filter(pk=admin.pk).exists()


@pytest.mark.parametrize("group", ["viewer", "operator", ""])
def test_others_delete_no_accounts(as_member, group, superuser):
    assert delete(as_member(group), superuser).status_code == 403
    assert delete(as_member(group), Group.objects.create(name="press")).status_code == 403


@pytest.mark.parametrize("lookup", ["user__password__startswith", "user__password__regex"])
def test_no_list_can_be_asked_for_passwords(browser, lookup):
    LogEntry.objects.all().delete()
    assert browser.get("/admin/admin/logentry/", {lookup: "p"}).status_code == 400
    assert browser.get("/admin/auth/user/", {lookup.removeprefix("user__"): "p"}).status_code == 400
