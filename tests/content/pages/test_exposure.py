"""Predictions received after others had been public have a label on every page and in the API."""

import pytest

from tests.content.pages.conftest import count_results
from tests.factories import new_key, oracle, record
from tests.stats.test_exposed_boards import exposed_match

pytestmark = pytest.mark.django_db

LABEL = "others were public"


@pytest.fixture
def match():
    match = exposed_match()
    record(match, 2, 1)
    count_results()
    match.refresh_from_db()
    return match


def test_the_match_page_labels_the_prediction_and_says_until_when_the_others_were_public(match, client):
    page = client.get(f"/matches/{match.pk}/").content.decode()

    rows = page.split('id="predictions"')[1].split("<tr>")
    assert [LABEL in row for row in rows if "The Oracle" in row] == [True]
    assert [LABEL in row for row in rows if "The Homer" in row] == [False]
    assert "The predictions of this match were public until" in page


def test_the_pages_of_the_forecasters_label_it(match, client):
    assert f"{LABEL}</span>" in client.get("/forecasters/the-oracle/").content.decode()
    assert LABEL not in client.get("/forecasters/the-homer/").content.decode()


def test_the_leaderboard_counts_them_in_each_row(match, client):
    page = client.get("/leaderboard/").content.decode()

    assert f"1 when {LABEL}" in page.split("/forecasters/the-oracle/")[1].split("</tr>")[0]
    assert LABEL not in page.split("/forecasters/the-homer/")[1].split("</tr>")[0]
    assert "The Oracle" not in client.get("/leaderboard/?provenance=live").content.decode()


@pytest.mark.parametrize(
    "path",
    ["/api/v1/matches/{match}/predictions/", "/api/v1/predictions/?match={match}"],
)
def test_the_api_marks_the_prediction(match, client, path):
    results = client.get(path.format(match=match.pk)).json()["results"]

    marks = {row["forecaster"]["slug"]: row["after_exposure"] for row in results}
    assert marks == {"the-oracle": True, "the-homer": False}


def test_the_api_of_a_forecaster_and_of_a_match_show_it(match, client):
    (row,) = client.get("/api/v1/forecasters/the-oracle/predictions/").json()["results"]
    assert row["after_exposure"] is True
    shown = client.get(f"/api/v1/matches/{match.pk}/").json()
    assert shown["exposed_at"][:19] == f"{match.exposed_at:%Y-%m-%dT%H:%M:%S}"


def test_the_api_of_the_leaderboard_counts_them_and_can_leave_them_out(match, client):
    rows = client.get("/api/v1/leaderboard/").json()["results"]
    assert {row["forecaster"]["slug"]: row["after_exposure"] for row in rows} == {
        "the-oracle": 1,
        "the-homer": 0,
    }
    csv = client.get("/api/v1/leaderboard/?format=csv").content.decode()
    assert "after_exposure" in csv.splitlines()[0]
    rows = client.get("/api/v1/leaderboard/?provenance=live").json()["results"]
    assert [row["forecaster"]["slug"] for row in rows] == ["the-homer"]


def test_the_receipt_says_it(client):
    match = exposed_match(is_over=False)
    key = new_key(oracle())

    answer = client.put(
        f"/api/v1/matches/{match.pk}/predictions/the-oracle/",
        {"home_goals": 0, "away_goals": 0},
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )

    assert answer.json()["after_exposure"] is True
