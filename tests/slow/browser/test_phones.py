"""Phones: the leader is on the first screen, the navigation is one line, and filters are folded."""

import pytest

from tests.content.pages.conftest import Site, build_site

pytestmark = pytest.mark.browser
FIRST_SCREEN = 844


@pytest.fixture
def site(browser, transactional_db) -> Site:
    return build_site()


def opened(browser, live_server, path: str, width: int):
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": FIRST_SCREEN}
    )
    page = context.new_page()
    page.goto(live_server.url + path)
    return page


def test_the_leader_is_on_the_first_screen(site, live_server, browser):
    page = opened(browser, live_server, "/leaderboard/?min_matches=1", 390)
    box = page.get_by_role("table").get_by_role("link", name="The Oracle").first.bounding_box()
    page.context.close()

    assert box["y"] + box["height"] < FIRST_SCREEN


def test_the_navigation_is_one_line(site, live_server, browser):
    page = opened(browser, live_server, "/", 390)
    links = page.get_by_role("navigation", name="Main").get_by_role("link").all()
    tops = {round(link.bounding_box()["y"]) for link in links}
    page.context.close()

    assert len(links) == 7
    assert len(tops) == 1


@pytest.mark.parametrize(("width", "is_open"), [(390, False), (1280, True)])
@pytest.mark.parametrize("path", ["/leaderboard/", "/matches/"])
def test_filters_are_folded_on_phones_only(site, live_server, browser, path, width, is_open):
    page = opened(browser, live_server, path, width)
    button = page.get_by_role("button", name="Show")
    at_first = button.is_visible()
    if not is_open:
        page.locator("summary", has_text="filters").or_(page.locator("summary", has_text="Filters")).click()
    afterwards = button.is_visible()
    page.context.close()

    assert at_first is is_open
    assert afterwards


def test_the_name_stays_in_sight_while_a_board_is_scrolled(site, live_server, browser):
    page = opened(browser, live_server, "/leaderboard/?min_matches=1", 390)
    region = page.get_by_role("region", name="Overall")
    region.hover()
    page.mouse.wheel(400, 0)
    page.wait_for_timeout(300)
    name = region.get_by_role("rowheader").first.bounding_box()
    page.context.close()

    assert 0 <= name["x"] <= 16
