"""What browsers are told, and what they say to it: no page of ours needs anything inline."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from core.http.security_headers import PAGES, PERMISSIONS, SCRIPTED
from core.pipeline.models import JobRun
from matches.models import Match
from tests.browser import watch
from tests.factories import MatchFactory, oracle, predict, record
from tests.fixtures.accounts import PASSWORD
from tests.pipeline_helpers import run_waiting

COMMON = {
    "Permissions-Policy": PERMISSIONS,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("/", PAGES),
        ("/nowhere/", PAGES),
        ("/roundups/feed.atom", PAGES),
        ("/api/v1/status/", PAGES),
        ("/api/schema/", PAGES),
        ("/api/docs/", PAGES),
        ("/admin/", SCRIPTED),
        ("/admin/login/", SCRIPTED),
        ("/admin/django_rq/dashboard/", SCRIPTED),
        ("//admin/login/", PAGES),
    ],
)
def test_every_answer_carries_them(client, path, policy):
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == policy
    assert {name: headers.get(name) for name in COMMON} == COMMON


@pytest.mark.django_db
def test_a_host_that_we_are_not_gets_them_too(client):
    answer = client.get("/", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer.headers["Content-Security-Policy"]) == (400, PAGES)


def test_nothing_inline_and_no_other_host_is_allowed_anywhere():
    for policy in (PAGES, SCRIPTED):
        assert "unsafe" not in policy
        assert "http" not in policy
        assert "*" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy


@pytest.fixture
def match(browser, transactional_db, redis_queues) -> Match:
    match = MatchFactory()
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    record(match, 2, 1)
    run_waiting()
    User.objects.create_superuser("ada", password=PASSWORD)
    return match


def admin_pages(match: Match) -> list[str]:
    """One of each kind: index, board, lists, forms, confirm pages, history, queues."""
    run = JobRun.objects.earliest("pk")
    return [
        "/admin/",
        "/admin/pipeline/board/",
        *[reverse(f"admin:{name}_changelist") for name in ("matches_match", "matches_team", "auth_user")],
        *[reverse(f"admin:{name}_changelist") for name in ("pipeline_jobrun", "stats_viewrefresh")],
        *[reverse(f"admin:{name}_changelist") for name in ("admin_logentry", "axes_accessattempt")],
        *[reverse(f"admin:matches_match_{page}", args=[match.pk]) for page in ("change", "history")],
        *[
            reverse("admin:matches_match_do", args=[match.pk, name])
            for name in ("correct", "void", "kickoff")
        ],
        *[reverse(f"admin:{name}_add") for name in ("matches_match", "auth_user", "auth_group")],
        reverse("admin:matches_competition_change", args=[match.season.competition_id]),
        reverse("admin:pipeline_jobrun_change", args=[run.pk]),
        reverse("admin:auth_user_change", args=[User.objects.get().pk]),
        "/admin/password_change/",
    ]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_admin_works_in_a_browser_without_a_single_violation(match, live_server, browser):
    page = browser.new_page()
    faults = watch(page)
    page.goto(f"{live_server.url}/admin/login/")
    page.fill("#id_username", "ada")
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")
    page.wait_for_url("**/admin/")

    for path in admin_pages(match):
        page.goto(live_server.url + path, wait_until="networkidle")
        assert page.locator("#site-name").count() == 1, path
    assert faults == []

    for path in ("/admin/django_rq/dashboard/", "/admin/django_rq/dashboard/queues/0/finished/"):
        page.goto(live_server.url + path, wait_until="networkidle")
        assert page.locator("#content-main table, #content-main .module").count() > 0
    page.close()
    # Some styles, and a script for a jQuery plugin that Django no longer has: refused, and not missed.
    assert [fault for fault in faults if "inline" not in fault] == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_scripts_of_the_admin_do_their_work(match, live_server, browser):
    """Select all, the calendar, suggestions and the slug that follows the name."""
    client = Client()
    client.force_login(User.objects.get())
    page = browser.new_page()
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(live_server.url + reverse("admin:matches_match_changelist"))
    page.check("#action-toggle")
    assert "1 of 1 selected" in page.inner_text(".action-counter")

    page.goto(live_server.url + reverse("admin:matches_match_add"))
    page.click("a#calendarlink0")
    assert page.is_visible("#calendarbox0")
    page.click(".field-home_team .select2-selection")
    page.wait_for_selector(".select2-results__option:has-text('Ashford')")

    page.goto(live_server.url + reverse("admin:matches_competition_add"))
    page.type("#id_name", "The Cup")
    assert page.input_value("#id_slug") == "the-cup"
    page.fill("#id_name", "")
    page.type("#id_name", "Cup of St. Ashford 2.0!")
    assert page.input_value("#id_slug") == "cup-of-st-ashford-2-0"
    page.type("#id_name", " Łódka")
    assert page.input_value("#id_slug") == ""
    page.close()
