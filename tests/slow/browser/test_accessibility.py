"""Accessibility: axe-core finds no fault on any page, on phones and desks, in light and dark."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.content.pages.conftest import Site, build_site
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
