"""/api/v1/compare/: two forecasters over their common matches."""

import pytest

from tests.content.pages.conftest import build_site

pytestmark = pytest.mark.django_db
URL = "/api/v1/compare/"


@pytest.fixture
def season():
    return build_site().played.season


def test_it_states_means_record_and_no_interval_for_one_match(season, client):
    found = client.get(URL, {"a": "the-oracle", "b": "the-coin", "season": season.pk}).json()

    assert found["meta"]["scope"]["id"] == season.pk
    assert found["meta"]["provenance"] == "archive"
    assert "without knowing the results" in found["meta"]["condition"]
    assert found["common"] == {"live": 0, "archive": 1, "mixed": 0}
    assert found["record"] == {"wins": 1, "draws": 0, "losses": 0}
    points = found["metrics"][0]
    assert points["metric"] == "average_points"
    assert points["difference"] == points["a"] - points["b"]
    assert points["low"] is points["evidence"] is None
    assert [each["difference"] for each in found["largest_differences"]] == [points["difference"]]


def test_without_a_the_leader_of_the_board_is_compared(season, client):
    assert client.get(URL, {"b": "the-coin"}).json()["a"]["slug"] == "the-oracle"
    assert client.get(URL, {"b": "the-oracle"}).json()["a"]["slug"] != "the-oracle"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({}, "b"),
        ({"b": "nobody"}, "b"),
        ({"a": "the-coin", "b": "the-coin"}, "b"),
        ({"b": "the-coin", "team": "ashford"}, "team"),
        ({"b": "the-coin", "metric": "points"}, "metric"),
        ({"b": "the-coin", "provenance": "hindsight"}, "provenance"),
    ],
)
def test_invalid_parameters_are_named(season, client, query, name):
    response = client.get(URL, query)

    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert [each["parameter"] for each in response.json()["errors"]] == [name]


def test_it_has_an_etag_of_the_data_version(season, client):
    query = {"a": "the-oracle", "b": "the-coin"}
    etag = client.get(URL, query).headers["ETag"]

    assert client.get(URL, query, headers={"if-none-match": etag}).status_code == 304
