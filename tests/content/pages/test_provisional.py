"""Every page with a board shows provisional rows apart, below and without a rank; so do the API and CSV."""

import csv
import io
import re
from datetime import timedelta

import pytest

from tests.content.pages.conftest import count_results
from tests.factories import KICKOFF, ForecasterFactory, MatchFactory, coin, homer, oracle, predict, record

pytestmark = pytest.mark.django_db

HEADING = "Provisional: fewer than 4 matches"


@pytest.fixture
def season():
    """Eight matches of three forecasters, and a newcomer with the exact score of the last one."""
    for number in range(8):
        match = MatchFactory(kickoff_at=KICKOFF + timedelta(days=number), round_label=f"R{number}")
        predict(match, oracle(), (1, 0))
        predict(match, homer(), (2, 1))
        predict(match, coin(), (0, 1))
        if number == 7:
            predict(match, ForecasterFactory(name="The Newcomer", kind="human"), (2, 0))
        record(match, 2, 0)
    count_results()
    return match.season


def boards(html: str) -> list[tuple[str, str]]:
    """Return rank and name of each row of a table of forecasters, and its headings."""
    rows = re.findall(
        r'<tr[^>]*>\s*<td class="num[^"]*">([^<]*?)\s*(?:<span.*?</span>)?</td>\s*'
        r'<th scope="row">(?:<svg.*?</svg>)?<a [^>]*>([^<]*)</a>'
        r'|<tr class="group"><th scope="rowgroup" colspan="\d+">(Provisional[^<]*)</th>',
        html,
    )
    return [(heading or rank, name) for rank, name, heading in rows]


EXPECTED = [
    ("=1", "The Homer"),
    ("=1", "The Oracle"),
    ("3", "The Coin"),
    (HEADING, ""),
    ("\N{EN DASH}", "The Newcomer"),
]


@pytest.mark.parametrize("query", ["", "?season={season}", "?ordering=points", "?provenance=archive"])
def test_the_leaderboard_page(season, see, query):
    seen = see("/leaderboard/" + query.format(season=season.pk))

    assert boards(seen.html) == EXPECTED
    assert "A rank requires 4 matches." in seen.text


def test_with_a_number_of_matches_given_the_leaderboard_page_ranks_all_that_have_them(season, see):
    assert boards(see("/leaderboard/?min_matches=0").html)[0] == ("1", "The Newcomer")
    assert "Provisional" not in see("/leaderboard/?min_matches=0").text
    assert [name for _, name in boards(see("/leaderboard/?min_matches=2").html)] == [
        "The Homer",
        "The Oracle",
        "The Coin",
    ]


@pytest.mark.parametrize("path", ["/", "/competitions/premier-league/"])
def test_the_top_on_the_front_page_and_on_that_of_the_competition(season, see, path):
    html = see(path).html

    assert boards(html)[-5:] == EXPECTED


def test_the_profile_has_no_rank_and_says_why(season, see):
    seen = see("/forecasters/the-newcomer/")

    assert "Rank overall \N{EN DASH} provisional" in seen.text
    assert 'title="fewer than 4 matches: no rank yet"' in seen.html
    assert "1 of 3" in see("/forecasters/the-homer/").text


def test_the_list_of_forecasters_marks_it(season, see):
    html = see("/forecasters/").html

    assert html.count(">provisional</span>") == 1
    assert html.index("The Newcomer") < html.index(">provisional</span>")


def test_the_api_and_csv_mark_it(season, client):
    answer = client.get("/api/v1/leaderboard/").json()

    assert answer["meta"]["provisional_below"] == 4
    assert [(row["rank"], row["forecaster"]["name"], row["provisional"]) for row in answer["results"]] == [
        (1, "The Homer", False),
        (1, "The Oracle", False),
        (3, "The Coin", False),
        (None, "The Newcomer", True),
    ]
    text = client.get("/api/v1/leaderboard/?format=csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["rank"], row["provisional"]) for row in rows][-2:] == [("3", "false"), ("", "true")]


def test_with_a_number_of_matches_given_the_api_ranks_all_that_have_them(season, client):
    answer = client.get("/api/v1/leaderboard/?min_matches=1").json()

    assert answer["meta"]["provisional_below"] is None
    assert answer["results"][0]["forecaster"]["name"] == "The Newcomer"
    assert [row["rank"] for row in answer["results"]] == [1, 2, 2, 4]
    assert not any(row["provisional"] for row in answer["results"])


def test_an_empty_board_has_no_threshold(db, client):
    assert client.get("/api/v1/leaderboard/").json()["meta"]["provisional_below"] is None
