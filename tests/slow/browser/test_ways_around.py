"""Ways around the site: with the keyboard, on a phone, and without JavaScript."""

import pytest

from tests.content.pages.conftest import Site, build_site, write_roundup

pytestmark = pytest.mark.browser


@pytest.fixture
def site(browser, transactional_db) -> Site:
    return build_site()


@pytest.fixture
def page(browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def test_a_fan_finds_the_last_result_and_who_was_right_in_three_clicks(site, live_server, page):
    page.goto(live_server.url)

    page.get_by_role("link", name="Ashford 2-1 Barrow").first.click()
    page.get_by_role("navigation", name="Breadcrumbs").get_by_role(
        "link", name=site.played.round_label
    ).click()
    page.get_by_role("table").get_by_role("link", name="The Oracle").click()

    assert page.get_by_role("heading", level=1).inner_text().startswith("The Oracle")


def test_a_fan_finds_the_last_upset_and_its_forecasters_in_three_clicks(site, live_server, page):
    site.roundup.delete()
    write_roundup(site.played, title="No one saw it coming", facts={"field": {"upset": True}})
    page.goto(live_server.url)

    page.get_by_role("link", name="No one saw it coming").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "No one saw it coming"
    page.get_by_role("link", name="Ashford - Barrow").first.click()
    page.get_by_role("table").get_by_role("link", name="The Oracle").first.click()

    assert page.get_by_role("heading", level=1).inner_text().startswith("The Oracle")


def test_a_researcher_compares_two_forecasters_in_three_clicks(site, live_server, page):
    page.goto(live_server.url)

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Leaderboard").click()
    page.get_by_role("row", name="The Coin").get_by_role("link", name="compare").click()
    assert page.get_by_role("heading", level=1).inner_text() == "The Oracle and The Coin"
    page.get_by_text("Table of this chart").first.click()

    assert page.get_by_role("table").first.is_visible()


def test_the_leader_is_on_the_first_screen_of_a_phone(site, live_server, page):
    page.goto(live_server.url)

    box = page.locator(".leader").bounding_box()

    assert box is not None
    assert box["y"] + box["height"] <= 844


def test_a_match_is_found_by_searching_for_both_teams(site, live_server, page):
    page.goto(live_server.url)

    page.get_by_label("Search for teams").fill("barrow ashford")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Ashford 2-1 Barrow").click()

    assert page.url == live_server.url + site.played.get_absolute_url()


def test_days_lead_to_their_matches(site, live_server, page):
    page.goto(f"{live_server.url}/matches/")

    page.get_by_role("navigation", name="Days with matches").get_by_role("link").first.click()

    assert "16 August 2025" in page.get_by_role("heading", level=1).inner_text()
    assert page.get_by_role("link", name="Ashford 2-1 Barrow").is_visible()
