"""What a search finds, on its page and through the API."""

from datetime import UTC, datetime

import pytest

from matches.models import TeamAlias
from tests.content.pages.conftest import count_results, write_roundup
from tests.content.pages.conftest import see as see
from tests.content.pages.conftest import site as site
from tests.factories import MatchFactory, TeamFactory, record

pytestmark = pytest.mark.django_db
PATH = "/api/v1/search/"


@pytest.fixture
def find(client):
    """Search through the API: `find("ashford")["teams"]`."""

    def search(query: str) -> dict:
        response = client.get(PATH, {"q": query})
        assert response.status_code == 200, response.content
        return response.json()

    return search


def names(rows: list[dict]) -> list[str]:
    return [row["name"] for row in rows]


def test_names_are_found_by_the_beginnings_of_their_words_exact_ones_first(site, find):
    for name in ("Ashford Athletic", "New Ashford", "Bashford"):
        TeamFactory(name=name)

    assert names(find("ashford")["teams"]) == ["Ashford", "Ashford Athletic", "New Ashford"]
    assert names(find("ASHF")["teams"])[0] == "Ashford"
    assert names(find("oracle")["forecasters"]) == ["The Oracle"]
    assert names(find("premier league")["competitions"]) == ["Premier League"]


def test_accents_punctuation_and_typing_errors_do_not_matter(site, find):
    TeamFactory(name="1. FC Köln", slug="koeln", short_name="Köln")
    TeamFactory(name="King's Lynn", slug="kings-lynn")

    assert names(find("koln")["teams"]) == names(find("KÖLN")["teams"]) == ["1. FC Köln"]
    assert names(find("kings lynn")["teams"]) == ["King's Lynn"]
    assert names(find("ashfird")["teams"]) == ["Ashford"]


def test_teams_are_found_by_aliases(site, find):
    TeamAlias.objects.create(team=site.played.home_team, source="somewhere", name="The Railwaymen")

    assert names(find("railwaymen")["teams"]) == ["Ashford"]


def test_two_teams_find_their_matches(site, find):
    MatchFactory(away_team=TeamFactory(name="Epsom"))

    found = find("barrow ashford")

    assert [match["id"] for match in found["matches"]] == [site.played.pk]
    assert set(names(found["teams"])) == {"Ashford", "Barrow"}


def test_a_year_narrows_the_matches_of_a_team(site, find):
    old = MatchFactory(kickoff_at=datetime(2015, 3, 7, 15, tzinfo=UTC))
    record(old, 1, 1)
    count_results()
    roundup = write_roundup(old, title="Ashford hold Barrow")

    assert [match["id"] for match in find("ashford 2015")["matches"]] == [old.pk]
    assert {match["id"] for match in find("ashford")["matches"]} == {old.pk, site.played.pk}
    assert [each["id"] for each in find("ashford 2015")["roundups"]] == [roundup.pk]
    assert find("ashford 1966")["matches"] == []


def test_a_competition_narrows_the_matches_of_a_team(site, find):
    assert [match["id"] for match in find("ashford premier league")["matches"]] == [site.played.pk]
    assert find("premier league")["matches"] == []


def test_published_roundups_are_found_by_all_their_words(site, find):
    assert [each["id"] for each in find("oracle had")["roundups"]] == [site.roundup.pk]
    assert find("oracle unicorn")["roundups"] == []

    type(site.roundup).objects.update(status="superseded", supersede_reason="a correction")
    assert find("oracle had")["roundups"] == []


@pytest.mark.parametrize(
    "query", ["%", "_", "\\", "'", "';--", "a & | !", "½ … №", "<script>", "(", "'':*", "日本", "😀", "the"]
)
def test_hostile_searches_are_answered(site, client, query):
    assert client.get(PATH, {"q": query}).status_code == 200
    page = client.get("/search/", {"q": query})
    assert page.status_code == 200
    assert "<script>" not in page.content.decode()


def test_searches_have_limits(site, client):
    assert client.get(PATH).status_code == 400
    assert client.get(PATH, {"q": "a" * 101}).status_code == 400
    assert client.get(PATH, {"q": "a\0b"}).status_code == 400
    assert client.get(PATH, {"q": "a " * 50}).status_code == 200
    assert client.get("/search/", {"q": "   "}).status_code == 200


def test_the_page_groups_what_it_finds_and_dates_results(site, see):
    text = see("/search/?q=ashford").text

    assert "Teams Ashford Matches Ashford 2-1 Barrow 16 Aug 2025" in text
    assert "Nothing found for “unicorn”" in see("/search/?q=unicorn").text
