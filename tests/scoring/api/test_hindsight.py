"""The API shows which predictions were made in hindsight, as JSON and as CSV."""

import csv
import io

import pytest

from tests.factories import ForecasterFactory, MatchFactory, oracle, predict, predicted_live, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def match():
    match = MatchFactory()
    predict(match, oracle(), (1, 0))
    predict(match, ForecasterFactory(name="The Prophet", slug="the-prophet"), (2, 1), provenance="hindsight")
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    return match


def test_every_face_of_a_prediction_says_hindsight(get, client, match):
    listed = get(f"matches/{match.pk}/predictions/")["results"]
    table = client.get(f"/api/v1/matches/{match.pk}/predictions/?format=csv").content.decode("utf-8-sig")
    own = get("forecasters/the-prophet/predictions/")["results"]

    labels = {each["forecaster"]["slug"]: each["provenance"] for each in listed}
    assert labels == {"the-oracle": "archive", "the-prophet": "hindsight"}
    assert {row["provenance"] for row in csv.DictReader(io.StringIO(table))} == {"archive", "hindsight"}
    assert [each["provenance"] for each in own] == ["hindsight"]
    assert get("forecasters/the-prophet/")["predictions"] == {"live": 0, "archive": 0, "hindsight": 1}
    assert get(f"matches/{match.pk}/")["predictions"] == {"live": 0, "archive": 1, "hindsight": 1}


def test_the_moved_points_of_a_correction_say_hindsight(get, client, match):
    record(match, 1, 1)
    run_waiting("score_match", "refresh_views")

    newest = get(f"matches/{match.pk}/revisions/")["results"][0]

    assert [(each["forecaster"]["slug"], each["provenance"]) for each in newest["moves"]] == [
        ("the-prophet", "hindsight"),
        ("the-oracle", "archive"),
    ]


def test_a_correction_counts_predictions_made_in_hindsight_like_all_others(get, client, match):
    crystal = ForecasterFactory(name="Crystal Ball", slug="crystal-ball", kind="bookmaker")
    predict(match, crystal, None, (0.9, 0.05, 0.05), provenance="hindsight")
    run_waiting("score_match")
    record(match, 1, 1)
    run_waiting("score_match", "refresh_views")

    (row,) = get("corrections/")["results"]
    (line,) = csv.DictReader(io.StringIO(client.get("/api/v1/corrections/?format=csv").content.decode()))
    newest = get(f"matches/{match.pk}/revisions/")["results"][0]

    sums = ("forecasters_moved", "points_moved")
    scores = [f"forecasters_moved_{name}" for name in ("rps", "brier", "log_score")]
    assert len(newest["moves"]) == 2
    expected = [2, sum(abs(each["difference"]) for each in newest["moves"]), 1, 1, 1]
    for told in (row, newest, line):
        assert [int(told[name]) for name in (*sums, *scores)] == expected


def test_the_leaderboard_has_them_by_filter_only(get, match):
    assert [row["forecaster"]["slug"] for row in get("leaderboard/")["results"]] == ["the-oracle"]
    (row,) = get("leaderboard/", {"provenance": "hindsight"})["results"]
    assert (row["forecaster"]["slug"], row["rank"]) == ("the-prophet", 1)


@pytest.mark.parametrize(
    ("wanted", "labels"),
    [
        ("all", {"the-oracle": "archive", "the-sage": "mixed"}),
        ("live", {"the-sage": "live"}),
        ("archive", {"the-oracle": "archive", "the-sage": "archive"}),
        ("hindsight", {"the-prophet": "hindsight"}),
    ],
)
def test_each_row_of_a_board_says_of_which_predictions_it_is(get, client, match, wanted, labels):
    sage = ForecasterFactory(name="The Sage", slug="the-sage")
    other = MatchFactory(home_team__name="Corby", away_team__name="Derby")
    predict(match, sage, (1, 0))
    predicted_live(other, sage, (1, 0))
    record(other, 2, 1)
    run_waiting("score_match", "refresh_views")

    rows = get("leaderboard/", {"provenance": wanted})["results"]
    table = client.get(f"/api/v1/leaderboard/?provenance={wanted}&format=csv").content.decode()

    assert {row["forecaster"]["slug"]: row["provenance"] for row in rows} == labels
    lines = csv.DictReader(io.StringIO(table))
    assert {line["forecaster.slug"]: line["provenance"] for line in lines} == labels


def test_predictions_of_other_boards_do_not_make_a_hindsight_row_provisional(get, match):
    for number in range(3):
        other = MatchFactory(
            home_team__name=f"Team {chr(65 + number)}", away_team__name=f"Team {chr(75 + number)}"
        )
        predict(other, oracle(), (1, 0))
        record(other, 2, 1)
    run_waiting("score_match", "refresh_views")

    board = get("leaderboard/", {"provenance": "hindsight"})

    assert get("leaderboard/")["meta"]["provisional_below"] == 2
    assert board["meta"]["provisional_below"] == 1
    assert [(row["rank"], row["provisional"]) for row in board["results"]] == [(1, False)]
