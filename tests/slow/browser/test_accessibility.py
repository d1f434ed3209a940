"""Accessibility: axe-core finds no fault on any page, on phones and desks, in light and dark."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.content.pages.conftest import Site, build_site
from tests.content.pages.test_compare import PAIR, fifty
from tests.content.pages.test_course import played_season
from tests.stats.analysis.test_reliability import add_cells, compute
from tests.stats.season_forecasts.leagues import league, simulated

pytestmark = pytest.mark.browser

# Success criteria of WCAG 2.2, levels A and AA.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
LOOKS = [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]


def violations(page: Page) -> Iterator[str]:
    """Lines such as "/leaderboard/: color-contrast: <a href=...>"."""
    for violation in Axe().run(page, options=RULES).response["violations"]:
        for node in violation["nodes"]:
            yield f"{page.url.partition('//')[2]}: {violation['id']}: {node['html'][:200]}"


@pytest.fixture
def site(browser, transactional_db) -> Site:
    return build_site()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_site_the_api_docs_and_the_login_page(site, live_server, browser, width, scheme):
    stage = league(9)
    simulated(stage)
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    found = []
    for path in dict.fromkeys([*site.paths, f"/season-forecasts/{stage.pk}/", "/admin/login/"]):
        assert page.goto(live_server.url + path).status < 400, path
        found += violations(page)
    page.close()

    assert found == []


def test_pages_with_intervals_and_charts(site, live_server, browser):
    fifty("live")
    course_of = played_season()  # runs the job that computes the intervals, too
    season = site.played.season
    add_cells(season, site.forecaster, provenance="live")
    compute(season)
    shown = {  # path: a part that the page must contain for this test to mean something
        "/leaderboard/": "svg.interval",
        f"/leaderboard/?season={course_of.pk}": "#course",
        PAIR: "#sequence-title",
        f"/calibration/?season={season.pk}": "svg desc",
        f"/robustness/?season={season.pk}": "table",
        site.forecaster.get_absolute_url(): "svg desc",
        "/methodology/": "table",
    }
    found = []
    for width, scheme in LOOKS:
        page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
        for path, part in shown.items():
            page.goto(live_server.url + path)
            assert page.locator(part).count(), f"{path} has no {part}"
            found += violations(page)
        page.close()

    assert found == []
