"""Times are in UTC, and a script adds the time of the reader's zone."""

import pytest

from tests.content.pages.conftest import Site, build_site

pytestmark = pytest.mark.browser


@pytest.fixture
def site(browser, transactional_db) -> Site:
    return build_site()


def kickoff(browser, live_server, site: Site, **options) -> tuple[str, str | None]:
    """Return text and title of the kickoff on the page of the match."""
    context = browser.new_context(locale="en-GB", **options)
    page = context.new_page()
    page.goto(live_server.url + site.played.get_absolute_url())
    time = page.locator(".match-head time").first
    found = time.inner_text(), time.get_attribute("title")
    context.close()
    return found


def test_the_time_of_the_readers_zone_stands_beside_that_in_utc(site, live_server, browser):
    text, title = kickoff(browser, live_server, site, timezone_id="Asia/Tokyo")

    utc, _, own = text.partition(" UTC ")
    hour, minute = map(int, utc.rpartition(", ")[2].split(":"))
    assert f"{(hour + 9) % 24:02}:{minute:02} your time)" in own
    assert title.endswith("(Asia/Tokyo)")


@pytest.mark.parametrize("options", [{"timezone_id": "UTC"}, {"java_script_enabled": False}])
def test_in_utc_and_without_scripts_nothing_is_added(site, live_server, browser, options):
    text, title = kickoff(browser, live_server, site, **options)

    assert text.endswith("UTC")
    assert title is None


def test_local_times_do_not_widen_a_phone(site, live_server, browser):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, timezone_id="America/Argentina/Buenos_Aires"
    )
    page = context.new_page()

    for path in site.paths:
        page.goto(live_server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    context.close()
