"""GET /api/v1/leaderboard/: the right rows, in the right order, of one version."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stats.jobs import refresh_now
from stats.refresh import matviews
from tests.factories import ForecasterFactory, oracle, predict, record
from tests.fixtures.api import cup, return_match
from tests.pipeline_helpers import run_waiting

ROW = [
    *["rank", "forecaster", "matches", "points", "average_points", "tendency_hits", "tendency_accuracy"],
    *["goal_difference_hits", "exact_hits", "exact_accuracy", "rps", "brier", "log_score"],
    *["current_streak", "best_streak", "form", "provisional", "provenance", "after_exposure"],
    *["low", "high", "mean_low", "mean_high", "rank_best", "rank_worst", "tier", "matches_needed"],
    *["adjusted", "common", "coverage"],
]


def names(answer) -> list[str]:
    return [row["forecaster"]["name"] for row in answer["results"]]


def test_it_has_exactly_the_documented_form(world, get):
    answer = get("leaderboard/")

    assert list(answer) == ["count", "next", "previous", "meta", "results"]
    assert list(answer["meta"]) == [
        *["as_of", "refreshed_at", "data_version", "scope", "provenance", "provisional_below"],
        *["common_matches", "inference"],
    ]
    assert all(list(row) == ROW for row in answer["results"])
    assert answer["results"][0]["forecaster"] == {
        "slug": "the-oracle",
        "name": "The Oracle",
        "kind": "statistical",
    }


def test_best_average_comes_first(world, get):
    rows = get("leaderboard/")["results"]

    assert [
        (row["rank"], row["forecaster"]["name"], row["points"], row["average_points"]) for row in rows
    ] == [
        (1, "The Oracle", 6, 3.0),  # the exact 2-1: 2 + 1 + 3
        (2, "The Coin", 4, 2.0),  # 1-1 for the 0-0: 3 + 1
        (3, "The Homer", 3, 1.5),  # 1-0 for the 2-1: 2 + 1
    ]
    assert [row["average_points"] for row in rows] == [3.0, 2.0, 1.5]
    assert (rows[0]["form"], rows[0]["tendency_accuracy"], rows[0]["rps"]) == ("E-", 0.5, 0.14125)


def test_void_matches_are_out_of_every_average(world, get):
    assert {row["matches"] for row in get("leaderboard/")["results"]} == {2}


def test_meta_says_what_the_board_counts(world, get):
    meta = get("leaderboard/", {"season": world.season.pk})["meta"]

    newest = matviews.newest()
    assert meta["data_version"] == newest.pk == matviews.data_version()
    assert meta["refreshed_at"] == newest.finished_at.isoformat().replace("+00:00", "Z")
    assert meta["as_of"].endswith("Z")
    assert meta["scope"] == {"scope": "season", "id": world.season.pk, "label": "Premier League 2025/26"}
    assert meta["provenance"] == {"live": 0, "archive": 6}


def test_a_bare_metric_is_best_first_and_a_minus_is_largest_first(world, get):
    assert names(get("leaderboard/?ordering=rps")) == ["The Oracle", "The Coin", "The Homer"]
    assert names(get("leaderboard/?ordering=-rps")) == ["The Coin", "The Oracle", "The Homer"]
    assert names(get("leaderboard/?ordering=points")) == names(get("leaderboard/?ordering=-points"))


def test_without_the_metric_a_forecaster_is_last_and_has_no_rank(world, get):
    last = get("leaderboard/?ordering=rps")["results"][-1]

    assert (last["forecaster"]["name"], last["rank"], last["rps"]) == ("The Homer", None, None)


def test_the_rank_is_that_of_the_filters(world, get):
    ForecasterFactory(name="The Bookmaker", kind="bookmaker")
    late = return_match()
    predict(late, ForecasterFactory(name="The Bookmaker"), (0, 0))
    record(late, 1, 0)
    run_waiting("score_match", "refresh_views")

    rows = get("leaderboard/?kind=bookmaker")["results"]

    assert [(row["rank"], row["forecaster"]["name"]) for row in rows] == [(1, "The Bookmaker")]
    assert "The Bookmaker" not in names(get("leaderboard/?min_matches=2"))


@pytest.mark.parametrize(
    "query", ["?competition=premier-league", "?team=ashford", "?competition=&season=&team="]
)
def test_each_scope_has_its_board(world, get, query):
    assert get(f"leaderboard/{query}")["count"] == 3


def test_a_season_with_its_own_competition_is_the_seasons_board(world, get):
    answer = get("leaderboard/", {"season": world.season.pk, "competition": "premier-league"})

    assert answer["meta"]["scope"]["scope"] == "season"


def test_a_season_of_another_competition_is_refused(world, get):
    other = cup()

    problem = get("leaderboard/", {"season": other.pk, "competition": "premier-league"}, status=400)

    assert problem["errors"][0]["parameter"] == "season"
    assert "The Cup" in problem["errors"][0]["detail"]


@pytest.mark.parametrize("other", ["season", "competition"])
def test_a_team_within_something_else_is_refused_and_told_which_boards_exist(world, get, other):
    value = {"season": world.season.pk, "competition": "premier-league"}[other]

    problem = get("leaderboard/", {"team": "ashford", other: value}, status=400)

    assert problem["errors"][0]["parameter"] == "team"
    assert "overall, per competition, per season and per team" in problem["errors"][0]["detail"]


def test_csv_has_the_same_rows(world, client, get):
    response = client.get("/api/v1/leaderboard/?format=csv&page_size=2")

    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    expected = get("leaderboard/?page_size=2")["results"]
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert [row["forecaster.name"] for row in rows] == [row["forecaster"]["name"] for row in expected]
    assert [row["points"] for row in rows] == [str(row["points"]) for row in expected]
    assert 'rel="next"' in response["Link"]


def test_csv_cells_are_not_formulas(world, client):
    match = return_match()
    predict(match, ForecasterFactory(name='=HYPERLINK("http://bad.example")', slug="bad"), (0, 3))
    record(match, 1, 0)
    run_waiting("score_match", "refresh_views")

    rows = list(csv.DictReader(io.StringIO(client.get("/api/v1/leaderboard/?format=csv").content.decode())))

    bad = next(row for row in rows if row["forecaster.slug"] == "bad")
    assert bad["forecaster.name"].startswith("'=")
    assert bad["form"] == "'-"


def test_a_known_version_is_not_sent_again(world, client):
    etag = client.get("/api/v1/leaderboard/")["ETag"]

    again = client.get("/api/v1/leaderboard/", headers={"If-None-Match": etag})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert "max-age" in again["Cache-Control"]


@pytest.mark.parametrize("change", ["refresh", "rename", "other filter", "csv"])
def test_the_etag_changes_with_whatever_changes_the_answer(world, client, change):
    etag = client.get("/api/v1/leaderboard/")["ETag"]
    path = {"other filter": "?min_matches=1", "csv": "?format=csv"}.get(change, "")
    if change == "refresh":
        refresh_now(at=world.won.kickoff_at)
    if change == "rename":
        forecaster = oracle()
        forecaster.name = "The Sibyl"
        forecaster.save()

    response = client.get(f"/api/v1/leaderboard/{path}", headers={"If-None-Match": etag})

    assert response.status_code == 200
    assert response["ETag"] != etag


def test_an_answer_is_of_one_version_even_if_a_refresh_comes_in_between(world, get):
    """The refresh commits after the version was read and before the rows are."""
    pending = [True]

    def refresh_before_the_rows(execute, sql, params, many, context):
        if pending and 'FROM "stats_leaderboard"' in sql:
            pending.clear()
            late = return_match()
            predict(late, oracle(), (5, 0))
            record(late, 5, 0)
            run_waiting("score_match", "refresh_views")
        return execute(sql, params, many, context)

    before = matviews.data_version()
    with connection.execute_wrapper(refresh_before_the_rows):
        answer = get("leaderboard/")

    assert answer["meta"]["data_version"] == matviews.data_version() > before
    assert {row["forecaster"]["name"]: row["matches"] for row in answer["results"]}["The Oracle"] == 3
    assert answer["meta"]["provenance"]["archive"] == 7


def test_a_view_that_does_not_come_to_rest_is_said_so(world, get):
    busy = []

    def always_refresh(execute, sql, params, many, context):
        if not busy and 'FROM "stats_standingsrow"' in sql:
            busy.append(True)
            refresh_now(at=world.won.kickoff_at, scope="standings")
            busy.clear()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(always_refresh):
        problem = get(f"standings/?season={world.season.pk}", status=503)

    assert "again" in problem["detail"]


def test_more_rows_ask_no_more_queries(world, client, django_assert_num_queries):
    for query in ("page_size=1", "page_size=50"):
        with django_assert_num_queries(1):
            client.get(f"/api/v1/leaderboard/?{query}")


@pytest.mark.parametrize("path", ["/api/v1/leaderboard/?page=2&page_size=1", "/api/v1/leaderboard/"])
def test_no_page_reads_those_before_it_or_counts_all(path, world, client):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).json()["count"] == 3

    read = [query["sql"] for query in queries if '"average_place"' in query["sql"]]
    assert read
    assert not [sql for sql in read if "OFFSET" in sql or "COUNT(*)" in sql.upper()]


def test_a_board_can_be_made_of_live_or_of_archive_predictions_alone(world, get):
    everybody = get("leaderboard/")["results"]

    archive = get("leaderboard/?provenance=archive")["results"]

    assert [row["forecaster"] for row in archive] == [row["forecaster"] for row in everybody]
    assert get("leaderboard/?provenance=live")["count"] == 0
    assert "archive" in get("leaderboard/?provenance=old", status=400)["errors"][0]["allowed"]
