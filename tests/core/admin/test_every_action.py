"""Every URL of the admin, asked by everybody: what each may see, that GET changes nothing, and CSRF."""

from collections.abc import Iterator
from datetime import date

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from core.accounts import groups
from core.admin.actions import ActionsAdmin
from core.pipeline.models import Heartbeat
from matches.models import GroundMove, TeamAlias
from matches.services.seasons import adjust_points
from tests.factories import committed, digest_of, missed_question, new_key, oracle, record, upcoming_match
from tests.matches.feeds.rows import a_feed_with_all_that_comes_of_it
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "nobody", "viewer", "operator", "admin", "superuser")
STRONGER = dict(zip(ROLES, range(len(ROLES)), strict=True))
# Any member of staff may come in, see an empty index, change their own password and leave.
FOR_ALL_STAFF = {"index", "jsi18n", "password_change", "password_change_done"}
FOR_STRANGERS = {"login", "logout"}
TESTED_BELOW = {"autocomplete", "view_on_site"}  # what they answer depends on what is asked for


@pytest.fixture
def as_role(member, superuser, browser_of):
    def open_browser(role: str, **options: object) -> Client:
        client = Client(**options)
        if role != "anonymous":
            user = superuser if role == "superuser" else member(role.replace("nobody", ""))
            client.force_login(user)
        return client

    return open_browser


@pytest.fixture
def things(played, superuser) -> None:
    """One row at least of whatever the admin shows."""
    record(played, 2, 2)
    run_waiting()
    adjust_points(
        stage=played.stage,
        team=played.home_team,
        points=-3,
        decided_on=date(2025, 12, 1),
        reason="late accounts",
        source="the league",
        recorded_at=timezone.now(),
        recorded_by=superuser,
    )
    GroundMove.objects.create(
        match=played, home_team=played.home_team, source="feed", moved_at=timezone.now()
    )
    digest_of(played)
    missed_question(played)
    new_key(oracle())
    committed(upcoming_match())
    Group.objects.create(name="press")
    a_feed_with_all_that_comes_of_it()
    TeamAlias.objects.create(team=played.home_team, source="feed", name="Ashford Town")
    Heartbeat.objects.create(name="reconciler", beat_at=timezone.now())
    AccessAttempt.objects.create(ip_address="192.0.2.1", username="eve", failures_since_start=1)
    LogEntry.objects.log_actions(superuser.pk, [played], 2, "looked")


def model_of(url_name: str) -> tuple[str, str, str]:
    """`matches_match_do` is the page `do` of matches.match."""
    for model in admin.site._registry:
        prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
        if url_name.startswith(prefix):
            return model._meta.app_label, str(model._meta.model_name), url_name.removeprefix(prefix)
    return "", "", url_name


def named_patterns(found: list | None = None) -> Iterator[URLPattern]:
    """Every named URL under /admin/."""
    for each in found if found is not None else get_resolver("config.urls").url_patterns:
        if isinstance(each, URLResolver):
            if found is not None or each.namespace == "admin":
                yield from named_patterns(each.url_patterns)
        elif each.name and found is not None:
            yield each


def key_of(app: str, model: str) -> object:
    row = apps.get_model(app, model)._default_manager.order_by("-pk").first()
    return "1" if row is None else row.pk


def urls() -> list[tuple[str, str]]:
    """Name and address of each page that a key is enough for; operations are listed one by one."""
    found = []
    for name in {pattern.name for pattern in named_patterns()}:
        app, model, page = model_of(name)
        if page in ("do", "do_list"):
            found += operations(app, model, page)
        elif name not in TESTED_BELOW and not name.startswith(
            "django_rq"
        ):  # tests/core/pipeline/test_rq_admin.py
            found.append((name, address(name, app, model)))
    return sorted(found)


def operations(app: str, model: str, page: str) -> list[tuple[str, str]]:
    model_admin = admin.site._registry[apps.get_model(app, model)]
    assert isinstance(model_admin, ActionsAdmin)
    place = "on_rows" if page == "do" else "on_list"
    key = [key_of(app, model)] if page == "do" else []
    return [
        (f"{app}_{model}_{page}:{each.name}", reverse(f"admin:{app}_{model}_{page}", args=[*key, each.name]))
        for each in model_admin.operations
        if getattr(each, place)
    ]


def address(name: str, app: str, model: str) -> str:
    candidates: list[list[object]] = [[], [key_of(app, model)] if app else ["matches"], [1, 1]]
    for arguments in candidates:
        try:
            return reverse(f"admin:{name}", args=arguments)
        except NoReverseMatch:
            continue
    raise AssertionError(f"how is {name} called?")


def weakest_for(name: str) -> str:
    """Who must at least be asking for this page to open, by the table of groups.py."""
    name, _, operation = name.partition(":")
    app, model, page = model_of(name)
    if not app:
        return {"pipeline_board": "viewer", "app_list": "viewer"}.get(
            name, "nobody" if name in FOR_ALL_STAFF else "anonymous"
        )
    model_admin = admin.site._registry[apps.get_model(app, model)]
    if operation:
        return weakest_with(
            app, model, next(each.permission for each in model_admin.operations if each.name == operation)
        )
    if page in ("add", "delete") and is_closed(model_admin, page):
        return "nobody at all"
    if app == "auth" and page == "password_change":
        return weakest_with(app, model, "change")
    return weakest_with(app, model, page if page in ("add", "delete") else "view")


def is_closed(model_admin, page: str) -> bool:
    """Whether even a superuser cannot."""
    request = type("Request", (), {"user": User(is_superuser=True, is_active=True)})()
    return not getattr(model_admin, f"has_{page}_permission")(request)


def weakest_with(app: str, model: str, action: str) -> str:
    permission = f"{app}.{action}_{model}"
    for group in groups.GROUPS:
        if groups.permissions_of(group, [permission]):
            return group
    return "superuser"


def may(role: str, name: str) -> bool:
    weakest = weakest_for(name)
    return weakest in STRONGER and STRONGER[role] >= STRONGER[weakest]


def snapshot() -> dict[str, int]:
    """How many rows each table has had written, sessions and logins aside."""
    with connection.cursor() as cursor:
        counts = {}
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(("django_session", "axes_", "auth_user")):
                cursor.execute(f'SELECT count(*), coalesce(max(xmin::text::bigint), 0) FROM "{table}"')
                counts[table] = cursor.fetchone()
    return counts


@pytest.mark.parametrize("role", ROLES)
def test_get_opens_what_the_group_allows_and_changes_nothing(things, as_role, role):
    client = as_role(role)
    before = snapshot()
    wrong = []
    for name, url in urls():
        answer = client.get(url)
        refused = answer.status_code in (403, 404) or answer.headers.get("Location", "").startswith(
            "/admin/login/"
        )
        if refused == may(role, name) or answer.status_code >= 500:
            wrong.append((name, url, answer.status_code, may(role, name)))
        if role == "anonymous" and name not in FOR_STRANGERS and answer.status_code != 302:
            wrong.append((name, "a stranger is not sent to the login", answer.status_code))
    assert wrong == []
    assert snapshot() == before


@pytest.mark.parametrize("role", ["anonymous", "nobody", "viewer", "operator", "admin"])
def test_post_is_refused_to_whoever_may_not(things, as_role, role):
    client = as_role(role)
    before = snapshot()
    answers = {}
    for name, url in urls():
        _app, _model, page = model_of(name)
        changes = "change" if page == "change" else page
        if page == "changelist" or may_post(role, name, changes) or name in FOR_STRANGERS | FOR_ALL_STAFF:
            continue
        answer = client.post(url, {"confirmed": "yes", "post": "yes", "reason": "an attack"})
        answers[name] = answer.status_code
    expected = {302} if role == "anonymous" else {403, 405}
    assert {
        name: code for name, code in answers.items() if code not in expected and not looks_only(name)
    } == {}
    assert len(answers) > 20
    assert snapshot() == before


def looks_only(name: str) -> bool:
    """Pages without a form: a POST to them shows what a GET does."""
    return name in ("app_list", "pipeline_board") or model_of(name)[2] == "history"


def may_post(role: str, name: str, page: str) -> bool:
    app, model, _ = model_of(name)
    if page != "change" or not app:
        return may(role, name)
    weakest = weakest_with(app, model, "change")
    return STRONGER[role] >= STRONGER[weakest]


@pytest.mark.parametrize("role", ROLES)
def test_names_are_suggested_and_public_pages_linked_to_those_who_may_look(things, played, as_role, role):
    client = as_role(role)
    asked = {"app_label": "matches", "model_name": "match", "field_name": "home_team"}
    suggested = client.get(reverse("admin:autocomplete"), asked)
    linked = client.get(f"/admin/r/{ContentType.objects.get_for_model(played).pk}/{played.pk}/")

    allowed = STRONGER[role] >= STRONGER["viewer"]
    stranger = role == "anonymous"
    assert suggested.status_code == (200 if allowed else 302 if stranger else 403)
    assert linked.headers.get("Location", "").endswith(played.get_absolute_url()) == allowed


def test_what_has_no_public_page_is_not_found(as_role):
    client = as_role("superuser")
    for content_type in ContentType.objects.exclude(
        model__in=["match", "competition", "forecaster", "roundup"]
    ):
        assert client.get(f"/admin/r/{content_type.pk}/1/").status_code == 404
    assert client.get("/admin/r/987654/1/").status_code == 404


@pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
def test_the_actions_of_a_list_are_those_of_the_group(things, as_role, role):
    """An action that is not offered cannot be sent either."""
    client = as_role(role)
    for model, model_admin in admin.site._registry.items():
        if not isinstance(model_admin, ActionsAdmin):
            continue
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        row = model._default_manager.first()
        before = snapshot()
        for operation in model_admin.operations:
            allowed = weakest_with(model._meta.app_label, model._meta.model_name, operation.permission)
            if STRONGER[role] >= STRONGER[allowed] or row is None:
                continue
            sent = {"action": operation.name, "_selected_action": [row.pk], "confirmed": "yes", "reason": "x"}
            client.post(url, sent)
            assert snapshot() == before, (url, operation.name)


def test_nothing_of_ours_is_deleted_without_a_reason(things, as_role):
    """Django's own deletion asks for none: it is closed on models of ours and on staff, for all."""
    client = as_role("superuser")
    for model in admin.site._registry:
        ours = model._meta.app_label in (*groups.PROJECT_APPS, "auth")
        if not ours or not model._default_manager.exists():
            continue
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        row, count = model._default_manager.first(), model._default_manager.count()
        client.post(url, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
        answer = client.post(f"{url}{row.pk}/delete/", {"post": "yes"})
        assert (model, answer.status_code) == (model, 403)
        assert model._default_manager.count() == count


def test_every_form_wants_its_csrf_token(things, as_role):
    client = as_role("superuser", enforce_csrf_checks=True)
    before = snapshot()
    for name, url in urls():
        answer = client.post(url, {"confirmed": "yes", "post": "yes", "reason": "a trap on another site"})
        assert (name, answer.status_code) == (name, 403)
    assert snapshot() == before


def test_an_operation_with_its_token_goes_through(things, played, superuser):
    client = Client(enforce_csrf_checks=True)
    client.force_login(superuser)
    url = reverse("admin:matches_match_do", args=[played.pk, "rescore"])
    client.get(url)
    sent = {
        "confirmed": "yes",
        "reason": "asked to",
        "csrfmiddlewaretoken": client.cookies["csrftoken"].value,
    }
    assert client.post(url, sent).status_code == 302
    assert LogEntry.objects.filter(change_message="Rescore: asked to").exists()


def test_the_audit_log_can_be_read_by_admins_and_written_by_nobody(things, as_role):
    entry = LogEntry.objects.get()
    url = reverse("admin:admin_logentry_change", args=[entry.pk])
    assert "looked" in as_role("admin").get(url).content.decode()
    for role in ("admin", "superuser"):
        client = as_role(role) if role == "admin" else None
        if client is None:
            client = Client()
            client.force_login(User.objects.get(username="ada"))
        assert client.post(url, {"change_message": "nothing happened"}).status_code == 403
        assert (
            client.post(reverse("admin:admin_logentry_delete", args=[entry.pk]), {"post": "yes"}).status_code
            == 403
        )
        assert client.get(reverse("admin:admin_logentry_add")).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
        client.post(reverse("admin:admin_logentry_changelist"), chosen)
    entry.refresh_from_db()
    assert entry.change_message == "looked"


def test_the_audit_log_filters_by_person_and_day(things, as_role, member, superuser):
    other = member("operator")
    LogEntry.objects.log_actions(other.pk, [other, superuser], 2, "called")
    client = as_role("admin")

    def found(**query: object) -> int:
        answer = client.get(reverse("admin:admin_logentry_changelist"), query)
        return answer.context["cl"].result_count

    assert found(user__id__exact=superuser.pk) == 1
    assert found(user__id__exact=other.pk) == 2
    assert found(action_time__year=1999) == 0
