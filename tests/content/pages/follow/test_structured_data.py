"""Structured data of matches, articles and breadcrumbs."""

import json
import re
from datetime import datetime, timedelta

import pytest

from tests.factories import MatchFactory, digest_of, move, record, upcoming_match

pytestmark = pytest.mark.django_db
HOSTILE = '</script><script>alert("1")</script><!-- & \n\N{RIGHT-TO-LEFT OVERRIDE}\N{SOCCER BALL}\\u003C'
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def data_of(see):
    """Structured data of a page by its type."""

    def read(path: str) -> dict[str, dict]:
        found = [json.loads(text) for text in DATA.findall(see(path).html)]
        assert all(each["@context"] == "https://schema.org" for each in found)
        return {each["@type"]: each for each in found}

    return read


def test_a_match_is_a_sports_event_with_what_schema_org_requires(site, data_of):
    event = data_of(site.played.get_absolute_url())["SportsEvent"]

    assert event["name"] == "Ashford - Barrow"
    assert event["startDate"] == "2025-08-16T14:00:00+00:00"
    assert event["location"] == {"@type": "Place", "name": "Home ground of Ashford"}
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert event["description"].endswith(": 2-1")
    assert [team["name"] for team in event["competitor"]] == ["Ashford", "Barrow"]
    assert event["homeTeam"]["url"] == "http://127.0.0.1:8000/teams/ashford/"
    assert event["url"] == f"http://127.0.0.1:8000/matches/{site.played.pk}/"


@pytest.mark.parametrize(
    ("status", "expected"),
    [("cancelled", "EventCancelled"), ("postponed", "EventPostponed"), ("suspended", "EventPostponed")],
)
def test_a_match_that_does_not_take_place_has_the_status_of_schema_org(data_of, status, expected):
    match = MatchFactory()
    record(match, status=status)

    event = data_of(match.get_absolute_url())["SportsEvent"]

    assert event["eventStatus"] == f"https://schema.org/{expected}"


def test_a_moved_match_is_rescheduled_and_has_its_former_kickoff(data_of):
    match = upcoming_match()
    former = match.kickoff_at
    move(match, former + timedelta(days=1))

    event = data_of(match.get_absolute_url())["SportsEvent"]

    assert event["eventStatus"] == "https://schema.org/EventRescheduled"
    assert [datetime.fromisoformat(each) for each in event["previousStartDate"]] == [former]
    assert datetime.fromisoformat(event["startDate"]) == former + timedelta(days=1)


def test_a_neutral_ground_is_not_called_a_home_ground(data_of):
    match = MatchFactory(neutral=True)

    assert data_of(match.get_absolute_url())["SportsEvent"]["location"]["name"] == "Neutral ground"


def test_a_roundup_is_an_article(site, data_of):
    article = data_of(site.roundup.get_absolute_url())["Article"]

    assert article["headline"] == "The Oracle had it"
    assert article["mainEntityOfPage"] == f"http://127.0.0.1:8000/roundups/{site.roundup.pk}/"
    assert datetime.fromisoformat(article["dateModified"]) == site.roundup.written_at
    assert article["author"]["name"] == article["publisher"]["name"] == "Final Whistle"
    assert article["image"]


def test_a_digest_is_an_article(site, data_of):
    digest = digest_of(site.played)

    assert data_of(digest.get_absolute_url())["Article"]["headline"] == digest.title


def test_breadcrumbs_are_those_of_the_page_and_end_with_the_page(site, see, data_of):
    season = site.played.season
    for path in (
        *(season.competition.get_absolute_url(), f"{season.competition.get_absolute_url()}rounds/"),
        *("/teams/ashford/", "/forecasters/the-oracle/"),
        *(site.played.get_absolute_url(), site.roundup.get_absolute_url()),
        digest_of(site.played).get_absolute_url(),
    ):
        items = data_of(path)["BreadcrumbList"]["itemListElement"]
        nav = re.search(r'<nav class="crumbs".*?</nav>', see(path).html)[0].replace("&amp;", "&")
        links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', nav)

        assert [(each["item"], each["name"]) for each in items[:-1]] == [
            (f"http://127.0.0.1:8000{link}", name) for link, name in links
        ]
        assert [each["position"] for each in items] == list(range(1, len(items) + 1))
        assert items[-1]["item"].removeprefix("http://127.0.0.1:8000").startswith(path)


def test_hostile_names_do_not_end_the_data(site, see, data_of):
    site.played.home_team.name = HOSTILE[:100]
    site.played.home_team.save()
    type(site.roundup).objects.update(title=HOSTILE, summary=HOSTILE)

    event = data_of(site.played.get_absolute_url())["SportsEvent"]
    article = data_of(site.roundup.get_absolute_url())["Article"]

    assert event["homeTeam"]["name"] == HOSTILE[:100]
    assert article["headline"] == article["description"] == HOSTILE
    for path in (site.played.get_absolute_url(), site.roundup.get_absolute_url()):
        scripts = re.findall("<script(?! src=)", see(path).html)
        assert len(scripts) == len(DATA.findall(see(path).html))
