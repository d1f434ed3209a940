"""The leaderboard page: the rows of the API, for people."""

import re
from datetime import date

import pytest

from matches.models import Season
from tests.content.pages.conftest import count_results
from tests.factories import ForecasterFactory, MatchFactory, SeasonFactory, TeamFactory, predict, record

pytestmark = pytest.mark.django_db


def rows(html: str) -> list[list[str]]:
    """The cells of the board, as text."""
    body = re.search(r"<tbody>(.*?)</tbody>", html, re.DOTALL)
    assert body
    found = []
    for row in re.findall(r"<tr.*?</tr>", body[1], re.DOTALL):
        cells = re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        found.append([" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells])
    return found


def test_it_ranks_by_average_points(site, see):
    board = rows(see("/leaderboard/").html)

    assert [(row[0], row[1].split(" statistical")[0], row[2]) for row in board] == [
        ("1", "The Oracle", "6.00"),
        ("2", "The Homer", "3.00"),
        ("3", "The Coin", "0.00"),
    ]


def test_shared_ranks_are_marked(site, see):
    match = MatchFactory(home_team=TeamFactory(name="Corby"), away_team=TeamFactory(name="Derby"))
    for name in ("Ada", "Bea"):
        predict(match, ForecasterFactory(name=name, kind="human"), (1, 0))
    record(match, 1, 0)
    count_results()

    board = rows(see("/leaderboard/?kind=human").html)

    assert [row[0] for row in board] == ["=1", "=1"]


def test_the_columns_sort_by_link_and_say_so(site, see):
    html = see("/leaderboard/?min_matches=1").html

    assert 'aria-sort="descending"><a href="?min_matches=1&amp;ordering=average_points"' in html
    assert html.count("aria-sort") == 1
    html = see("/leaderboard/?ordering=rps").html
    assert re.search(r'aria-sort="ascending"><a href="\?ordering=-rps"', html)
    assert [row[0] for row in rows(html)] == ["1", "2", "\N{EN DASH}"], "no probabilities, no rank by RPS"


def test_the_form_s_choice_of_a_board_becomes_the_api_s_parameter(site, client):
    season = site.played.season_id

    response = client.get(f"/leaderboard/?board=season:{season}&kind=&provenance=all&min_matches=1")

    assert (response.status_code, response.url) == (302, f"/leaderboard/?min_matches=1&season={season}")
    assert client.get("/leaderboard/?board=&kind=").url == "/leaderboard/"
    assert client.get(client.get("/leaderboard/?board=planet:mars").url).status_code == 400


@pytest.mark.parametrize(
    "query", ["competition=premier-league", "team=ashford", "season={season}", "kind=statistical"]
)
def test_each_board_has_its_page(site, see, query):
    seen = see("/leaderboard/?" + query.format(season=site.played.season_id))

    assert "The Oracle" in seen.text


def test_older_seasons_are_offered_once_their_competition_is_chosen(site, see):
    season = site.played.season
    old = SeasonFactory(competition=season.competition, label="1888/89", starts_on=date(1888, 8, 1))

    assert seasons(see("/leaderboard/").html) == [season]
    assert seasons(see("/leaderboard/?competition=premier-league").html) == [season, old]
    assert seasons(see(f"/leaderboard/?season={old.pk}").html) == [season, old]


def seasons(html: str) -> list[Season]:
    """Those that the form offers, in its order."""
    return [Season.objects.get(pk=pk) for pk in re.findall(r'<option value="season:(\d+)"', html)]


def test_a_board_without_rows_offers_the_way_back(site, see):
    seen = see("/leaderboard/?min_matches=99")

    assert "No forecaster matches these filters" in seen.text


def test_form_letters_are_told_in_words(site, see):
    assert 'aria-label="Last matches, newest last: exact score"' in see("/leaderboard/").html


def test_the_data_link_has_the_same_filters(site, see, client):
    html = see("/leaderboard/?kind=statistical&ordering=points").html

    assert "/api/v1/leaderboard/?kind=statistical&amp;ordering=points" in html
    same = client.get("/api/v1/leaderboard/?kind=statistical&ordering=points").json()["results"]
    assert [row["forecaster"]["name"] for row in same] == ["The Oracle", "The Homer", "The Coin"]
