"""oEmbed data of leaderboards, matches and roundups."""

import re
from html import unescape

import pytest

from matches.models import Competition

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"


def ask(client, **query: object):
    return client.get("/oembed/", query)


@pytest.mark.parametrize(
    "page", ["/leaderboard/?competition=premier-league&ordering=rps", "match", "roundup"]
)
def test_a_page_leads_to_its_data(site, client, see, page):
    path = {"match": site.played.get_absolute_url(), "roundup": site.roundup.get_absolute_url()}.get(
        page, page
    )
    (address,) = re.findall(r'type="application/json\+oembed" title="[^"]+" href="([^"]+)"', see(path).html)

    response = client.get(unescape(address).removeprefix(SITE))

    assert response.status_code == 200
    assert response.json()["version"] == "1.0"


def test_a_leaderboard_is_its_card_with_a_link(site, client):
    data = ask(client, url=f"{SITE}/leaderboard/?competition=premier-league&ordering=rps").json()

    assert (data["type"], data["title"]) == ("rich", "Leaderboard: Premier League")
    assert (data["width"], data["height"]) == (600, 315)
    assert f'href="{SITE}/leaderboard/?competition=premier-league&amp;ordering=rps"' in data["html"]
    card = unescape(re.search(r'src="([^"]+)"', data["html"])[1]).removeprefix(SITE)
    assert client.get(card).headers["Content-Type"] == "image/svg+xml"


def test_it_fits_into_the_space_of_the_other_site(site, client):
    data = ask(client, url=f"{SITE}/leaderboard/", maxwidth=300, maxheight=100).json()

    assert data["width"] <= 300
    assert data["height"] <= 100


def test_matches_and_roundups_have_a_title(site, client):
    match = ask(client, url=f"{SITE}{site.played.get_absolute_url()}").json()
    roundup = ask(client, url=f"{SITE}{site.roundup.get_absolute_url()}").json()

    assert (match["type"], match["title"]) == ("link", "Ashford - Barrow")
    assert (roundup["type"], roundup["title"]) == ("link", "The Oracle had it")


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/leaderboard/",
        "http://127.0.0.1:8000.elsewhere.example/leaderboard/",
        "//127.0.0.1:8000/leaderboard/",
        "javascript://127.0.0.1:8000/leaderboard/",
        "http://[/leaderboard/",
        f"{SITE}/nowhere/",
        f"{SITE}/admin/",
        f"{SITE}/matches/999999/",
        f"{SITE}/matches/99999999999999999999/",
        f"{SITE}/leaderboard/?season=999",
        f"{SITE}/leaderboard/?colour=red",
        "</script>\N{SOCCER BALL}",
    ],
)
def test_a_page_that_cannot_be_embedded_is_not_found(client, url):
    response = ask(client, url=url)

    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")


def test_other_formats_are_not_implemented(client):
    response = ask(client, url=f"{SITE}/leaderboard/", format="xml")

    assert (response.status_code, response.headers["Content-Type"]) == (501, "application/problem+json")


@pytest.mark.parametrize(
    "query", [{}, {"url": f"{SITE}/leaderboard/", "maxwidth": "0"}, {"url": "x", "maxheight": "x"}]
)
def test_missing_and_invalid_parameters_are_refused(client, query):
    response = client.get("/oembed/", query)

    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")


def test_hostile_names_stay_text(site, client):
    Competition.objects.update(name='"><script>alert(1)</script>')

    data = ask(client, url=f"{SITE}/leaderboard/?competition=premier-league").json()

    assert "<script" not in data["html"]
    assert "<script>" in data["title"]
