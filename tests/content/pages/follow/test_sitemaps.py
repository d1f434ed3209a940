"""Sitemap, robots.txt, favicon and canonical addresses."""

import re
from datetime import datetime
from itertools import chain
from xml.etree import ElementTree

import pytest

from content.pages.follow import sitemaps
from tests.factories import MatchFactory, TeamFactory, record

pytestmark = pytest.mark.django_db
HOST = "https://whistle.example.org"
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def _public_address(settings):
    settings.SITE_URL = HOST


def locations(client, path: str) -> list[str]:
    response = client.get(path)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/xml"), path
    return [each.text for each in ElementTree.fromstring(response.content).iter(f"{NAMESPACE}loc")]


def all_pages(client) -> list[str]:
    parts = [each.removeprefix(HOST) for each in locations(client, "/sitemap.xml")]
    return [location.removeprefix(HOST) for part in parts for location in locations(client, part)]


def test_the_sitemap_lists_every_page_once_and_each_of_them_opens(site, client):
    found = all_pages(client)

    assert len(found) == len(set(found))
    for path in site.paths:
        assert path.partition("?")[0] in {each.partition("?")[0] for each in found} | {"/search/"}, path
    for path in found:
        assert client.get(path).status_code == 200, path


def test_a_page_of_the_sitemap_is_its_own_canonical_address(site, client):
    for path in all_pages(client):
        (canonical,) = re.findall(r'rel="canonical" href="([^"]+)"', client.get(path).content.decode())
        assert canonical.replace("&amp;", "&") == f"{HOST}{path}"


def test_superseded_and_secret_roundups_are_not_in_it(site, client):
    assert site.roundup.get_absolute_url() in all_pages(client)
    type(site.roundup).objects.update(status="superseded", supersede_reason="replaced")

    assert site.roundup.get_absolute_url() not in all_pages(client)


def test_a_match_was_last_changed_by_its_last_result(client):
    match = MatchFactory()
    record(match, 1, 0)
    revision = record(match, 2, 1)

    root = ElementTree.fromstring(client.get("/sitemaps/matches-1.xml").content)

    assert datetime.fromisoformat(root.findtext(f"*/{NAMESPACE}lastmod")) == revision.recorded_at.replace(
        microsecond=0
    )


def test_many_rows_are_split_into_parts_by_id(client, monkeypatch):
    teams = [TeamFactory(name=f"Team {number}") for number in range(5)]
    section = sitemaps.SitemapSection(
        sitemaps.SECTIONS["teams"].rows, sitemaps.SECTIONS["teams"].page_of, ids=2
    )
    monkeypatch.setitem(sitemaps.SECTIONS, "teams", section)

    parts = [each.removeprefix(HOST) for each in locations(client, "/sitemap.xml") if "teams" in each]
    pages = [locations(client, part) for part in parts]

    assert max(map(len, pages)) == 2
    assert sorted(chain.from_iterable(pages)) == [f"{HOST}{team.get_absolute_url()}" for team in teams]


@pytest.mark.parametrize(
    "path",
    [
        "/sitemaps/x-1.xml",
        "/sitemaps/matches-0.xml",
        "/sitemaps/pages-2.xml",
        f"/sitemaps/teams-{9**40}.xml",
    ],
)
def test_a_part_that_does_not_exist_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_an_empty_installation_has_a_sitemap(client):
    assert "/methodology/" in all_pages(client)


def test_robots_may_read_pages_and_docs_but_neither_api_nor_admin(client):
    response = client.get("/robots.txt")

    assert response.headers["Content-Type"].startswith("text/plain")
    lines = response.content.decode().splitlines()
    assert {"Disallow: /api/", "Disallow: /admin/", "Allow: /api/docs/"} < set(lines)
    assert f"Sitemap: {HOST}/sitemap.xml" in lines


def test_browsers_find_an_icon_at_the_usual_address(client):
    response = client.get("/favicon.ico")

    assert response.headers["Content-Type"] == "image/x-icon"
    assert response.content.startswith(b"\x00\x00\x01\x00")
    assert len(response.content) < 3000


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("ordering=rps&min_matches=3&provenance=live", ""),
        ("page=1", ""),
        ("competition=premier-league&ordering=-rps&cursor=abc", None),
        ("competition=premier-league&page=1&kind=human", "competition=premier-league"),
    ],
)
def test_the_canonical_address_has_no_order_filter_or_first_page(site, client, query, kept):
    response = client.get(f"/leaderboard/?{query}")
    if kept is None:
        assert response.status_code == 400  # unknown parameters are refused
        return
    canonical = f"{HOST}/leaderboard/{'?' if kept else ''}{kept}"
    assert f'<link rel="canonical" href="{canonical}">' in response.content.decode()
