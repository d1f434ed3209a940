"""GET /api/v1/corrections/: every result that replaced one in force, of the whole site."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matches.result import Result
from matches.services.results import record_result
from tests.factories import ForecasterFactory, MatchFactory, TeamFactory, oracle, predict, record
from tests.fixtures.api import World, cup
from tests.pipeline_helpers import run_waiting


@pytest.fixture
def corrected(world) -> World:
    """Ashford 2-1 Barrow became 1-1."""
    record(world.won, 1, 1)
    run_waiting("score_match", "refresh_views")
    return world


def test_without_corrections_the_list_is_empty(world, get):
    assert get("corrections/")["results"] == []


def test_a_correction_tells_what_became_of_what(corrected, get):
    (row,) = get("corrections/")["results"]

    match = row["match"]
    assert (match["id"], match["home_team"]["name"], match["away_team"]["name"]) == (
        corrected.won.pk,
        "Ashford",
        "Barrow",
    )
    assert (match["competition"]["slug"], match["season"]) == ("premier-league", "2025/26")
    assert (row["from"]["version"], row["from"]["status"], row["from"]["score"]) == (1, "finished", "2-1")
    assert (row["to"]["version"], row["to"]["status"], row["to"]["score"]) == (2, "finished", "1-1")
    assert (row["forecasters_moved"], row["points_moved"]) == (3, 16)
    assert (row["state"], row["settled"], row["counted"], row["source"]) == ("settled", True, True, "test")
    assert row["settled_at"] >= row["recorded_at"]


def test_changed_scores_of_probabilities_have_fields_of_their_own(world, get, client):
    match = MatchFactory(home_team=TeamFactory(name="Dover"))
    for number in range(8):
        predict(match, ForecasterFactory(name=f"Bookmaker {number}", kind="bookmaker"), None, (0.6, 0.3, 0.1))
    for away in (1, 2):
        record(match, 2, away)
        run_waiting("score_match")

    (row,) = get("corrections/")["results"]
    (line,) = csv.DictReader(io.StringIO(client.get("/api/v1/corrections/?format=csv").content.decode()))
    (newest, _) = get(f"matches/{match.pk}/revisions/")["results"]

    names = ["forecasters_moved", "points_moved"]
    names += [f"forecasters_moved_{name}" for name in ("rps", "brier", "log_score")]
    assert [row[name] for name in names] == [0, 0, 8, 8, 8]
    assert [newest[name] for name in names] == [0, 0, 8, 8, 8]
    assert [line[name] for name in names] == ["0", "0", "8", "8", "8"]


def test_one_that_is_not_scored_yet_says_so(world, get):
    record(world.won, 1, 1)

    (row,) = get("corrections/")["results"]

    assert (row["state"], row["settled"], row["counted"], row["settled_at"]) == (
        "waiting",
        False,
        False,
        None,
    )
    assert (row["forecasters_moved"], row["points_moved"], row["forecasters_moved_rps"]) == (None, None, None)


@pytest.mark.parametrize(
    ("change", "to", "points"),
    [
        (("cancelled",), ("cancelled", None), 9),
        (("live", 2, 1), ("live", "2-1"), 9),
        (("scheduled",), ("scheduled", None), 9),
    ],
)
def test_void_and_taken_back_are_corrections_too(world, get, change, to, points):
    status, *score = change
    record(world.won, *score, status=status)
    run_waiting("score_match")

    (row,) = get("corrections/")["results"]

    assert (row["to"]["status"], row["to"]["score"]) == to
    assert (row["settled"], row["points_moved"]) == (True, points)


def test_first_results_and_live_scores_are_none(world, get):
    match = MatchFactory()
    for home in (0, 1, 2):
        record(match, home, 0, status="live")
    record(match, 2, 0)
    run_waiting("score_match")

    assert get("corrections/")["count"] == 0


def test_a_match_that_is_void_no_more_is_one(world, get):
    record(world.void, 2, 1)
    run_waiting("score_match")

    (row,) = get("corrections/")["results"]

    assert (row["from"]["status"], row["to"]["status"], row["points_moved"]) == ("abandoned", "finished", 9)


def test_they_come_newest_first_and_page_by_page(corrected, get):
    record(corrected.drawn, 1, 0)
    record(corrected.won, 3, 1)

    first = get("corrections/?page_size=2")
    second = get(first["next"].removeprefix("http://127.0.0.1:8000/api/v1/"))

    versions = [(row["match"]["id"], row["to"]["version"]) for row in [*first["results"], *second["results"]]]
    assert versions == [(corrected.won.pk, 3), (corrected.drawn.pk, 2), (corrected.won.pk, 2)]
    assert first["count"] == 3


def test_they_are_filtered_by_competition_and_time(corrected, get):
    cup()
    tomorrow = (timezone.now() + timedelta(days=1)).date()

    assert get("corrections/?competition=premier-league")["count"] == 1
    assert get("corrections/?competition=cup")["count"] == 0
    assert get(f"corrections/?since={timezone.now().date()}")["count"] == 1
    assert get(f"corrections/?since={tomorrow}")["count"] == 0


@pytest.mark.parametrize(
    ("query", "code"),
    [("?season=1", "unknown"), ("?competition=nowhere", "unknown"), ("?since=yesterday", "invalid")],
)
def test_what_it_does_not_know_is_refused_by_name(corrected, get, query, code):
    (error,) = get(f"corrections/{query}", status=400)["errors"]

    assert (error["parameter"], error["code"]) == (query[1:].partition("=")[0], code)


def test_as_csv(corrected, client):
    text = client.get("/api/v1/corrections/?format=csv").content.decode()

    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["match.home_team.name"], row["from.score"], row["to.score"]) == ("Ashford", "2-1", "1-1")
    assert (row["from.home_score"], row["points_moved"], row["settled"]) == ("2", "16", "true")


def test_a_reason_cannot_be_a_formula(world, client):

    record_result(
        match_id=world.won.pk,
        result=Result(status="finished", home_score=0, away_score=0),
        source="test",
        reason='=HYPERLINK("http://evil.example")',
        recorded_at=timezone.now(),
    )

    text = client.get("/api/v1/corrections/?format=csv").content.decode()

    (row,) = csv.DictReader(io.StringIO(text))
    assert row["reason"].startswith("'=")


def test_what_has_not_changed_is_not_sent_again(corrected, client):
    first = client.get("/api/v1/corrections/")
    again = client.get("/api/v1/corrections/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    record(corrected.won, 3, 1)

    assert client.get("/api/v1/corrections/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_index_leads_to_it(world, get):
    assert get("")["corrections"] == "http://127.0.0.1:8000/api/v1/corrections/"


def test_more_corrections_ask_no_more_queries(corrected, client):
    def ask() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/api/v1/corrections/").status_code == 200
        return len(asked)

    before = ask()
    for number in range(4):
        match = MatchFactory(home_team=TeamFactory(name=f"Town {number}"))
        predict(match, oracle(), (1, 0))
        for home in range(3):
            record(match, home, 0)
            run_waiting("score_match")

    assert ask() == before <= 6
