"""GET /api/v1/matches/{id}/revisions/: what was recorded when, why, and whose points moved."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matches.models import Match
from matches.result import Result
from matches.services.results import record_result
from tests.factories import ForecasterFactory, coin, homer, move, oracle, predict, record, upcoming_match
from tests.pipeline_helpers import run_waiting


def correct(match: Match, home: int, away: int, **more: object) -> None:
    """Another result by a named operator, with a reason; scored and counted."""
    now = timezone.now()
    record_result(
        match_id=match.pk,
        result=Result(status="finished", home_score=home, away_score=away),
        **{"source": "league", "recorded_at": now, "reason": "An own goal.", **more},
    )
    run_waiting("score_match", "refresh_views")


def test_a_single_result_is_listed_with_its_settlement(world, get):
    answer = get(f"matches/{world.won.pk}/revisions/")

    (row,) = answer["results"]
    assert (row["version"], row["status"], row["home_score"], row["away_score"]) == (1, "finished", 2, 1)
    assert (row["source"], row["reason"], row["by_operator"]) == ("test", "", False)
    assert (row["is_correction"], row["state"], row["settled"]) == (False, "settled", True)
    assert row["settlement"]["quotas"] == {"home": 2, "draw": 3, "away": 6}
    assert (row["settlement"]["number"], row["settlement"]["voided"]) == (1, False)
    assert row["recorded_at"].endswith("Z")
    assert {row[name] for name in ("forecasters_moved", "forecasters_unchanged", "points_moved")} == {None}
    assert row["moves"] is None


def test_a_correction_says_whose_points_moved(world, get):
    correct(world.won, 1, 1)

    newest, first = get(f"matches/{world.won.pk}/revisions/")["results"]

    assert (newest["version"], first["version"]) == (2, 1)
    assert (newest["is_correction"], newest["source"], newest["reason"]) == (True, "league", "An own goal.")
    assert [
        (each["forecaster"]["name"], each["before"], each["after"], each["difference"])
        for each in newest["moves"]
    ] == [("The Coin", 0, 7, 7), ("The Oracle", 6, 0, -6), ("The Homer", 3, 0, -3)]
    assert (newest["forecasters_moved"], newest["forecasters_unchanged"], newest["points_moved"]) == (
        3,
        0,
        16,
    )


def test_a_void_match_has_points_that_went_to_null(world, get):
    record(world.won, status="awarded")
    run_waiting("score_match")

    newest = get(f"matches/{world.won.pk}/revisions/")["results"][0]

    assert (newest["settlement"]["voided"], newest["settlement"]["quotas"]) == (True, None)
    assert {each["after"] for each in newest["moves"]} == {None}


def test_a_result_taken_back_has_no_settlement(world, get):
    record(world.won, 2, 1, status="live")
    run_waiting("score_match")

    newest = get(f"matches/{world.won.pk}/revisions/")["results"][0]

    assert (newest["state"], newest["settled"], newest["settlement"]) == ("withdrawn", True, None)
    assert (newest["forecasters_moved"], newest["points_moved"]) == (3, 9)


def test_a_result_overtaken_before_scoring_was_never_settled(world, get):
    record(world.won, 4, 4)
    correct(world.won, 1, 1)

    newest, overtaken, _ = get(f"matches/{world.won.pk}/revisions/")["results"]

    assert (overtaken["state"], overtaken["settled"], overtaken["moves"]) == ("overtaken", False, None)
    assert newest["points_moved"] == 16


def test_who_of_us_entered_it_stays_private(world, get, client):
    operator = get_user_model().objects.create(username="mallory-the-operator")
    correct(world.won, 1, 1, recorded_by=operator)
    move(world.coming, timezone.now() + timedelta(days=9), moved_by=operator)

    for match in (world.won, world.coming):
        answer = client.get(f"/api/v1/matches/{match.pk}/revisions/").content.decode()
        assert "mallory" not in answer
    assert get(f"matches/{world.won.pk}/revisions/")["results"][0]["by_operator"] is True


def test_a_match_without_a_result_has_none(world, get):
    assert get(f"matches/{world.coming.pk}/revisions/")["results"] == []
    assert get("matches/987654321/revisions/", status=404)["status"] == 404


def test_moved_kickoffs_and_late_picks_are_told(db, get):
    match = upcoming_match()
    before = match.kickoff_at
    predict(match, oracle(), (1, 0), provenance="live")
    move(match, before + timedelta(days=2), reason="Fog.")

    meta = get(f"matches/{match.pk}/revisions/")["meta"]

    (moved,) = meta["kickoff_moves"]
    assert (moved["source"], moved["reason"], moved["by_operator"]) == ("test", "Fog.", False)
    assert moved["to"] == meta["kickoff_at"] > moved["from"]
    assert meta["late_predictions"] == 0

    move(match, timezone.now() - timedelta(hours=1), reason="It began early.")

    assert get(f"matches/{match.pk}/revisions/")["meta"]["late_predictions"] == 1


def test_as_csv_it_has_the_sums(world, client):
    correct(world.won, 1, 1)

    text = client.get(f"/api/v1/matches/{world.won.pk}/revisions/?format=csv").content.decode()

    newest, _ = csv.DictReader(io.StringIO(text))
    assert (newest["version"], newest["forecasters_moved"], newest["points_moved"]) == ("2", "3", "16")
    assert (newest["settlement.number"], newest["settlement.quotas.draw"]) == ("2", "3")
    assert "moves" not in newest


def test_pages_are_cut_after_the_history_is_told(world, get):
    correct(world.won, 1, 1)
    correct(world.won, 2, 1)

    second = get(f"matches/{world.won.pk}/revisions/?page_size=1&page=2")

    assert (second["count"], second["results"][0]["version"]) == (3, 2)
    assert second["results"][0]["points_moved"] == 16


def test_unknown_parameters_are_refused(world, get):
    assert get(f"matches/{world.won.pk}/revisions/?order=new", status=400)["errors"][0]["code"] == "unknown"


def test_more_versions_and_forecasters_ask_no_more_queries(world, client):
    def ask() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/api/v1/matches/{world.won.pk}/revisions/").status_code == 200
        return len(asked)

    correct(world.won, 1, 1)
    before = ask()
    for number in range(5):
        predict(world.won, ForecasterFactory(name=f"Forecaster {number}"), (number, 0))
        correct(world.won, number, number + 1)

    assert ask() == before <= 8


@pytest.mark.parametrize("who", [oracle, homer, coin])
def test_everybody_of_the_cast_is_named_once(world, get, who):
    correct(world.won, 1, 1)

    moves = get(f"matches/{world.won.pk}/revisions/")["results"][0]["moves"]

    assert [each["forecaster"]["slug"] for each in moves].count(who().slug) == 1


def test_an_award_is_a_field_of_the_match_and_of_its_results(world, get):
    match = upcoming_match()
    result = Result(status="awarded", award="away")
    record_result(
        match_id=match.pk, result=result, source="league", recorded_at=timezone.now(), reason="No show."
    )

    (row,) = get(f"matches/{match.pk}/revisions/")["results"]

    assert (row["status"], row["award"], row["reason"]) == ("awarded", "away", "No show.")
    assert get(f"matches/{match.pk}/")["award"] == "away"
    assert get(f"matches/{world.won.pk}/")["award"] == ""
