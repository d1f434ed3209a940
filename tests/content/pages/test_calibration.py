"""The page about the calibration of a board, and the section of a profile."""

import pytest

from tests.stats.analysis.test_reliability import add_cells, compute

pytestmark = pytest.mark.django_db


@pytest.fixture
def calibrated(site):
    add_cells(site.played.season, site.forecaster, provenance="live")
    compute(site.played.season)
    return site


def test_few_matches_are_hidden_with_the_reason(site, see):
    assert "No forecaster has enough matches here yet." in see("/calibration/").text
    profile = see(site.forecaster.get_absolute_url()).text
    assert "Calibration is shown from 100 matches with probabilities on; there is 1 so far." in profile


def test_a_board_shows_diagrams_parts_and_plane_with_their_tables(calibrated, see):
    seen = see(f"/calibration/?season={calibrated.played.season_id}")

    assert seen.html.count("Reliability diagram of The Oracle") == 3
    assert "Miscalibration and discrimination of 1 forecaster<" in seen.html
    assert "Sharpness: number of predictions with each probability" in seen.text
    assert seen.html.count('role="img"') == seen.html.count("<desc") == 4
    assert "back-test" not in seen.text


def test_the_form_selects_a_requested_forecaster_without_a_report(calibrated, see):
    seen = see("/calibration/?forecaster=the-coin")

    assert seen.html.count('<option value="the-coin" selected>') == 1
    assert seen.html.count(" selected>") == 2  # the forecaster, and the provenance


def test_a_profile_shows_the_diagrams(calibrated, see):
    seen = see(calibrated.forecaster.get_absolute_url())

    assert seen.html.count("Reliability diagram of The Oracle") == 3


def test_the_api_has_curves_of_one_forecaster(calibrated, client):
    board = client.get("/api/v1/calibration/").json()
    found = client.get("/api/v1/calibration/?forecaster=the-oracle").json()

    assert board["meta"]["provenance"] == "live"
    assert board["forecaster"] is None
    assert [each["forecaster"]["slug"] for each in board["results"]] == ["the-oracle"]
    assert set(found["forecaster"]["curves"]) == {"home", "draw", "away"}
    assert found["forecaster"]["rps"] == board["results"][0]["rps"]


def test_the_methodology_shows_an_example_once_there_are_enough_matches(site, see):
    assert "An example appears here when a forecaster has 100 matches" in see("/methodology/").text

    add_cells(site.played.season, site.forecaster, provenance="live")
    compute(site.played.season)

    assert "The Oracle, 120 matches: RPS" in see("/methodology/").text
