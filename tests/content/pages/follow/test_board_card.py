"""Card of a leaderboard as SVG."""

from xml.etree import ElementTree

import pytest

from matches.models import Forecaster

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</text><script>alert("1")</script>\x1b\n\N{RIGHT-TO-LEFT OVERRIDE}\N{SOCCER BALL}'


def texts(client, query: str = "") -> list[str]:
    response = client.get(f"/leaderboard/card.svg{query}")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/svg+xml")
    return ["".join(each.itertext()) for each in ElementTree.fromstring(response.content).iter(f"{SVG}text")]


def test_a_card_has_the_first_rows_of_the_board_and_its_as_of(site, client):
    found = texts(client)

    assert found[0] == "All competitions"
    assert found[1] == "Points per match (back-test)"
    assert found[2:6] == ["1", "The Oracle", "1 match", "6.00"]
    assert found[-2].startswith("As of ")
    assert found[-1] == "127.0.0.1:8000/leaderboard/"


def test_it_follows_the_parameters_of_the_page(site, client):
    found = texts(client, f"?season={site.played.season_id}&ordering=rps&kind=statistical")

    assert found[:2] == ["Premier League 2025/26", "RPS (statistical, back-test)"]
    assert "0.0913" in found


def test_a_board_without_rows_says_so(client):
    assert "No prediction has been scored for this leaderboard yet." in texts(client)


def test_hostile_names_stay_text(site, client):
    Forecaster.objects.filter(pk=site.forecaster.pk).update(name=HOSTILE[:30])

    content = client.get("/leaderboard/card.svg").content.decode()

    assert "<script" not in content
    assert HOSTILE[:20] in texts(client)[3]


def test_an_unknown_board_or_parameter_is_refused(client):
    assert client.get("/leaderboard/card.svg?season=999").status_code == 400
    assert client.get("/leaderboard/card.svg?colour=red").status_code == 400


def test_an_unchanged_card_is_not_sent_again(site, client):
    first = client.get("/leaderboard/card.svg")

    again = client.get("/leaderboard/card.svg", headers={"if-none-match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert again.status_code == 304
