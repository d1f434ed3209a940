"""Every page in a real browser: phone and desk, light and dark, with JavaScript and without."""

import pytest

from matches.models import Forecaster, Team
from tests.browser import watch
from tests.content.pages.conftest import Site, build_site
from tests.staged_seasons import groups_and_bracket, split_season
from tests.stats.season_forecasts.leagues import league, simulated

pytestmark = pytest.mark.browser

WIDTHS = {"phone": 390, "desk": 1280}


@pytest.fixture
def site(browser, transactional_db) -> Site:
    return build_site()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", WIDTHS)
def test_every_page_opens_without_a_fault(site, live_server, browser, device, scheme):
    width = WIDTHS[device]
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    faults = watch(page)

    for path in site.paths:
        page.goto(live_server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways"
        assert page.locator("h1").count() == 1

    page.close()
    assert faults == []


@pytest.mark.parametrize("device", WIDTHS)
def test_seasons_with_stages_fit_every_width(transactional_db, live_server, browser, device):
    seasons = [groups_and_bracket()[0].season, split_season()[0].season]
    page = browser.new_page(viewport={"width": WIDTHS[device], "height": 844})
    faults = watch(page)

    for season in seasons:
        page.goto(live_server.url + season.competition.get_absolute_url())
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[device], season
    groups, *others = page.locator(".tables").last.get_by_role("table").all()
    side_by_side = groups.bounding_box()["y"] == others[0].bounding_box()["y"]

    page.close()
    assert faults == []
    assert side_by_side == (device == "desk")


@pytest.mark.parametrize("device", WIDTHS)
def test_a_season_forecast_fits_every_width(transactional_db, live_server, browser, device):
    stage = league(9)
    simulated(stage)
    page = browser.new_page(viewport={"width": WIDTHS[device], "height": 844})
    faults = watch(page)

    page.goto(f"{live_server.url}/season-forecasts/{stage.pk}/")

    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[device]
    assert page.locator("table.places tbody tr").count() == 4
    page.get_by_text("Exact counts").first.click()
    assert page.get_by_role("table", name="Avoiding relegation").first.is_visible()
    page.close()
    assert faults == []


def test_very_long_names_do_not_widen_the_phone(site, live_server, browser):
    long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogochfootballclub"
    Team.objects.filter(slug="ashford").update(name=long, short_name=long[:30])
    Forecaster.objects.filter(slug="the-oracle").update(name=long)
    page = browser.new_page(viewport={"width": WIDTHS["phone"], "height": 844})

    for path in site.paths:
        page.goto(live_server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS["phone"], path
    page.close()


def test_dark_and_light_differ(site, live_server, browser):
    paper = {}
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(live_server.url)
        paper[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.close()

    assert paper["light"] != paper["dark"]


def test_everything_works_without_javascript(site, live_server, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Leaderboard").click()

    page.get_by_label("Board").select_option(label="Premier League 2025/26")
    page.get_by_label("Minimum matches").fill("1")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="RPS").click()

    assert page.url.endswith(f"/leaderboard/?min_matches=1&season={site.played.season_id}&ordering=rps")
    assert page.get_by_role("row").nth(1).inner_text().split()[1:3] == ["The", "Oracle"]
    context.close()


def test_the_keyboard_reaches_the_content_first(site, live_server, browser):
    page = browser.new_page()
    page.goto(live_server.url)

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"
    page.close()


def test_the_main_links_are_large_enough_for_a_thumb(site, live_server, browser):
    page = browser.new_page(viewport={"width": WIDTHS["phone"], "height": 844})
    page.goto(live_server.url)

    links = page.get_by_role("navigation", name="Main").get_by_role("link").all()

    assert len(links) == 7
    assert all(link.bounding_box()["height"] >= 44 for link in links)
    page.close()


def test_print_shows_the_board_without_the_frame(site, live_server, browser):
    page = browser.new_page()
    page.goto(f"{live_server.url}/leaderboard/")
    page.emulate_media(media="print")

    assert page.get_by_role("table").is_visible()
    assert not page.get_by_role("navigation", name="Main").is_visible()
    page.close()
