"""The same pages in a real browser: nothing runs, nothing is asked of another host, no policy is hurt."""

import os

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.slow.fuzz import routes, strings
from tests.slow.fuzz.world import World, build

pytestmark = pytest.mark.browser

STEP = 1 if os.environ.get("HOSTILE") == "all" else 2  # every other page
TEXTS = [text for group in (strings.MARKUP, strings.LINKS) for text in group.values()]
TEXTS += strings.MARKDOWN.values()
# `pwn()` in any frame leaves a mark that outlives the page; a violated policy says so.
TRAP = """
window.pwn = () => console.error("pwned: " + location.href);
document.addEventListener("securitypolicyviolation", event =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} at ${location.pathname}`));
"""
# What a mouse and a keyboard may set off.
TOUCH = """
for (const each of document.querySelectorAll("*")) {
  for (const kind of ["mouseover", "focus", "click", "toggle", "error", "load"])
    if (!["A", "BUTTON", "INPUT", "SUMMARY"].includes(each.tagName) || kind !== "click")
      each.dispatchEvent(new Event(kind));
}
"""


@pytest.fixture
def world(browser, transactional_db) -> World:
    return build(TEXTS)


def trapped(browser: Browser, origin: str, cookies: list[dict[str, str]] = ()) -> tuple[Page, list[str]]:
    """A page that notes whatever runs, asks, leaves or is refused."""
    context = browser.new_context()
    context.add_cookies([{**cookie, "url": origin} for cookie in cookies])
    context.add_init_script(TRAP)
    page, faults = context.new_page(), []
    page.on("console", lambda message: faults.append(message.text) if "pwned" in message.text else None)
    page.on("console", lambda message: faults.append(message.text) if "policy" in message.text else None)
    page.on("dialog", lambda dialog: (faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("popup", lambda popup: faults.append(f"popup: {popup.url}"))
    page.on(
        "request", lambda request: faults.append(request.url) if not request.url.startswith(origin) else None
    )
    return page, faults


def visit(page: Page, url: str) -> None:
    page.goto(url)
    page.evaluate(TOUCH)


def test_the_trap_shuts(browser):
    page, faults = trapped(browser, "about:blank")
    page.set_content("<img src onerror=pwn()>" + TEXTS[0])
    page.goto("data:text/html,<svg/onload=pwn()>")
    page.wait_for_timeout(200)

    assert any("pwned" in fault for fault in faults)
    page.context.close()


def test_no_public_page_runs_what_it_shows(world, live_server, browser):
    page, faults = trapped(browser, live_server.url)
    for route in routes.routes():
        if not routes.is_api(route) and "." not in route:  # images, feeds and calendars are no pages
            for address in routes.addresses(route)[:: STEP if "roundups" in route else 4 * STEP]:
                visit(page, live_server.url + address)
    page.context.close()

    assert faults == []


def test_no_answer_of_the_api_runs_when_it_is_opened(world, live_server, browser):
    page, faults = trapped(browser, live_server.url)
    for route in filter(routes.is_api, routes.routes()):
        if "cron" not in route and "docs" not in route:
            for address in routes.addresses(route, limit=4):
                if page.request.get(live_server.url + address).headers["content-type"].endswith("json"):
                    visit(page, live_server.url + address)
    page.context.close()

    assert faults == []


def test_no_page_of_the_admin_runs_what_it_shows(world, live_server, browser):
    client = Client()
    client.force_login(User.objects.create_superuser("ada", password="a-long-password"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session}
    page, faults = trapped(browser, live_server.url, [cookie])
    some = [list(routes.admin_pages(model))[: 4 // STEP] for model in routes.registered()]
    pages = [address for each in some for address in each]

    for address in [*(each for each in routes.admin_lists() if "django_rq" not in each), *pages]:
        if "jsi18n" not in address and "autocomplete" not in address:
            visit(page, live_server.url + address)
    page.context.close()

    assert faults == []
