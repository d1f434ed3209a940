"""GET /api/v1/predictions/: predictions of many matches with their scores."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matches.models import Prediction
from tests.factories import (
    ForecasterFactory,
    MatchFactory,
    TeamFactory,
    coin,
    new_key,
    oracle,
    predict,
    predicted_live,
    record,
    time_passes,
    upcoming_match,
)
from tests.fixtures.api import cup
from tests.pipeline_helpers import run_waiting


def ids(answer: dict) -> list[int]:
    return [row["id"] for row in answer["results"]]


def test_a_seasons_predictions_of_a_forecaster_come_with_points_and_scores(world, get):
    rows = get(f"predictions/?season={world.season.pk}&forecaster=the-oracle")["results"]

    assert [row["match"]["id"] for row in rows] == [world.void.pk, world.drawn.pk, world.won.pk]
    row = rows[-1]
    assert (row["points"], row["rps"], row["provenance"]) == (6, 0.09125, "archive")
    assert (row["brier"], row["log_score"]) == (0.245, 0.510826)
    assert row["breakdown"] == {"tendency_points": 2, "goal_difference_points": 1, "exact_points": 3}
    assert (row["home_goals"], row["away_goals"], row["p_home"]) == (2, 1, 0.6)
    match = row["match"]
    assert (match["home_team"]["slug"], match["season"], match["status"]) == (
        "ashford",
        world.season.pk,
        "finished",
    )
    assert (match["home_score"], match["away_score"], match["competition"]["slug"]) == (
        2,
        1,
        "premier-league",
    )
    assert rows[0]["points"] is None, "the match is void"


def test_predictions_of_matches_that_are_not_locked_are_secret_even_to_their_key(world, get, client):
    assert world.coming.pk not in {row["match"]["id"] for row in get("predictions/")["results"]}
    assert get(f"predictions/?match={world.coming.pk}")["results"] == []

    headers = {"Authorization": f"Bearer {new_key()}"}
    answer = client.get(f"/api/v1/predictions/?match={world.coming.pk}", headers=headers)
    assert answer.json()["results"] == []


def test_superseded_predictions_are_not_listed(db, get):
    match = upcoming_match()
    predict(match, oracle(), (1, 0), provenance=Prediction.Provenance.LIVE)
    last = predict(match, oracle(), (2, 0), provenance=Prediction.Provenance.LIVE)
    time_passes(match, timedelta(days=30))

    assert ids(get(f"predictions/?match={match.pk}")) == [last.pk]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 9),
        ("competition=premier-league", 9),
        ("competition=cup", 0),
        ("team=ashford", 9),
        ("team=corley", 0),
        ("forecaster=the-coin", 3),
        ("kind=statistical", 9),
        ("kind=llm", 0),
        ("provenance=archive", 9),
        ("provenance=live", 0),
        ("from=2025-08-16", 9),
        ("from=2030-01-01", 0),
        ("to=2025-08-16", 9),
        ("to=2020-01-01", 0),
        ("forecaster=&season=", 9),
    ],
)
def test_they_are_filtered(world, get, query, count):
    cup()
    TeamFactory(name="Corley")

    assert len(get(f"predictions/?{query}")["results"]) == count


def test_live_ones_are_found(world, get):
    live = predicted_live(MatchFactory(), oracle(), (1, 1))

    assert ids(get("predictions/?provenance=live")) == [live.pk]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("points=6", "unknown"),
        ("page=2", "unknown"),
        ("season=0", "invalid"),
        ("season=987654321", "unknown"),
        ("forecaster=nobody", "unknown"),
        ("match=987654321", "unknown"),
        ("provenance=both", "invalid_choice"),
        ("page_size=201", "max_value"),
        ("cursor=nonsense", "invalid"),
        ("season=1&season=2", "repeated"),
    ],
)
def test_what_it_does_not_know_is_refused_by_name(world, get, query, code):
    errors = get(f"predictions/?{query}", status=400)["errors"]

    assert (errors[0]["parameter"], errors[0]["code"]) == (query.partition("=")[0], code)


def test_following_next_lists_each_once_although_results_are_corrected_meanwhile(world, get):
    whole = ids(get("predictions/"))
    found, following, homes = [], "predictions/?page_size=2", iter(range(9))
    while following:
        page = get(following)
        found += ids(page)
        following = (page["next"] or "").removeprefix("http://127.0.0.1:8000/api/v1/")
        record(world.won, next(homes), 1)
        run_waiting("score_match")

    assert found == whole
    assert len(whole) == 9


def test_as_csv_its_pages_are_linked(world, client):
    first = client.get("/api/v1/predictions/?forecaster=the-oracle&page_size=2&format=csv")

    rows = list(csv.DictReader(io.StringIO(first.content.decode())))
    assert [row["match.id"] for row in rows] == [str(world.void.pk), str(world.drawn.pk)]
    assert (rows[1]["points"], rows[1]["forecaster.slug"], rows[1]["match.home_score"]) == (
        "0",
        "the-oracle",
        "0",
    )
    following = first["Link"].partition(">")[0].lstrip("<")
    assert first["Link"].endswith('; rel="next"')
    last = client.get(following)
    assert [row["match.id"] for row in csv.DictReader(io.StringIO(last.content.decode()))] == [
        str(world.won.pk)
    ]
    assert last["Link"].endswith('; rel="prev"')


def test_what_has_not_changed_is_not_sent_again(world, client):
    first = client.get("/api/v1/predictions/")
    assert first["Cache-Control"] == "public, max-age=5"
    again = client.get("/api/v1/predictions/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    record(world.won, 3, 3)
    run_waiting("score_match")

    again = client.get("/api/v1/predictions/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200


def test_the_index_leads_to_it(db, get):
    assert get("")["predictions"] == "http://127.0.0.1:8000/api/v1/predictions/"


def test_more_predictions_ask_no_more_queries(world, client):
    def ask() -> int:
        with CaptureQueriesContext(connection) as asked:
            path = f"/api/v1/predictions/?season={world.season.pk}&forecaster=the-oracle"
            assert client.get(path).status_code == 200
        return len(asked)

    before = ask()
    for number in range(5):
        match = MatchFactory(home_team=TeamFactory(name=f"Town {number}"))
        predict(match, oracle(), (1, 0))
        predict(match, coin(), (1, 0))
        predict(match, ForecasterFactory(name=f"New {number}"), (0, 0))
        record(match, 1, 0)
    run_waiting("score_match")

    assert ask() == before <= 3
