"""What all lists and single rows have in common, and what each of them holds."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matches.models import Forecaster
from tests.factories import ForecasterFactory, MatchFactory, TeamFactory, oracle, predict, record
from tests.fixtures.api import cup, publish
from tests.pipeline_helpers import run_waiting

LISTS = [
    *["competitions/", "seasons/", "stages/", "teams/", "forecasters/", "matches/", "roundups/"],
    "leaderboard/",
]


def all_lists(world) -> list[str]:
    of_match = [f"matches/{world.won.pk}/predictions/", f"matches/{world.won.pk}/revisions/"]
    return [*LISTS, f"standings/?season={world.season.pk}", *of_match]


def test_every_list_has_the_envelope(world, get):
    for path in all_lists(world):
        answer = get(path)

        assert [name for name in answer if name != "meta"] == ["count", "next", "previous", "results"], path
        assert answer["count"] == len(answer["results"]) > 0, path


def test_lists_come_page_by_page(world, get):
    first = get("matches/?page_size=3")
    second = get(first["next"].removeprefix("http://127.0.0.1:8000/api/v1/"))

    assert (first["count"], first["previous"], second["next"]) == (4, None, None)
    assert [row["id"] for row in first["results"] + second["results"]] == [
        *sorted([world.won.pk, world.drawn.pk, world.void.pk]),
        world.coming.pk,
    ]


def test_a_page_beyond_the_end_is_a_404(world, get):
    problem = get("matches/?page=9", status=404)

    assert "page 9" in problem["detail"]


def test_every_list_comes_as_csv(world, client):
    for path in all_lists(world):
        response = client.get(f"/api/v1/{path}{'&' if '?' in path else '?'}format=csv")
        as_json = client.get(f"/api/v1/{path}").json()

        rows = list(csv.DictReader(io.StringIO(response.content.decode())))
        assert response["Content-Type"] == "text/csv; charset=utf-8", path
        assert len(rows) == len(as_json["results"]), path


def test_times_have_the_same_form_in_csv_and_json(world, client):
    for path in (*all_lists(world), "predictions/", "corrections/", "forecasters/the-oracle/predictions/"):
        text = client.get(f"/api/v1/{path}{'&' if '?' in path else '?'}format=csv").content.decode()
        times = re.findall(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^,\r]*", text)

        assert [each for each in times if not re.fullmatch(r"[\d-]+T[\d:.]+Z", each)] == [], path


def test_every_csv_list_begins_with_a_byte_order_mark_on_request(world, client):
    for path in [*all_lists(world), "predictions/", "corrections/", "forecasters/the-oracle/predictions/"]:
        plain, marked = (
            client.get(f"/api/v1/{path}{'&' if '?' in path else '?'}format=csv{bom}")
            for bom in ("", "&bom=1")
        )

        assert marked.status_code == 200, path
        assert marked.content == b"\xef\xbb\xbf" + plain.content, path
        assert not plain.content.startswith(b"\xef\xbb\xbf"), path


def test_the_byte_order_mark_stays_on_the_next_page(world, client):
    first = client.get("/api/v1/matches/?format=csv&bom=1&page_size=2")

    assert "bom=1" in first["Link"]


def test_a_byte_order_mark_is_for_csv_only(world, get, client):
    assert client.get("/api/v1/teams/?bom=1").content == client.get("/api/v1/teams/").content
    (error,) = get("teams/?bom=yes-please", status=400)["errors"]
    assert (error["parameter"], error["code"]) == ("bom", "invalid")
    assert get(f"matches/{world.won.pk}/?bom=1", status=400)["errors"][0]["code"] == "unknown"

    marked = client.get("/api/v1/teams/?bom=1", headers={"Accept": "text/csv"})
    assert marked.content.startswith(b"\xef\xbb\xbf")


def test_csv_can_be_asked_for_in_the_accept_header(world, client):
    response = client.get("/api/v1/teams/", headers={"Accept": "text/csv"})

    assert response.content.decode().splitlines() == [
        "slug,name,short_name,category,country",
        "ashford,Ashford,Ashford,men,",
        "barrow,Barrow,Barrow,men,",
    ]


def count_queries(client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(f"/api/v1/{path}").status_code == 200
    return len(queries)


def test_more_rows_ask_no_more_queries(world, client):
    paths = all_lists(world)
    for path in paths:
        client.get(f"/api/v1/{path}")
    before = {path: count_queries(client, path) for path in paths}

    cup()
    parent = oracle()
    for number in range(4):
        child = ForecasterFactory(name=f"Oracle {number}", parent=parent)
        predict(world.won, child, (1, 1), (0.2, 0.3, 0.5))
        match = MatchFactory(home_team=TeamFactory(name=f"Town {number}"))
        predict(match, child, (1, 0))
        record(match, number, 0)
    run_waiting("score_match", "refresh_views")
    for match in world.season.matches.filter(status="finished").exclude(pk__in=[world.won.pk]):
        publish(match)
    client.get("/api/v1/leaderboard/")

    assert {path: count_queries(client, path) for path in paths} == before


def test_seasons_have_the_id_that_filters_take(world, get):
    other = cup()

    assert get("seasons/?competition=premier-league")["results"] == [
        {
            "id": world.season.pk,
            "label": "2025/26",
            "competition": {"slug": "premier-league", "name": "Premier League"},
            "starts_on": "2025-08-01",
            "ends_on": "2026-05-31",
            "closed_at": None,
        }
    ]
    assert get(f"seasons/{other.pk}/")["competition"]["slug"] == "cup"


def test_competitions_and_teams(world, get):
    cup()

    assert get("competitions/premier-league/") == {
        "slug": "premier-league",
        "name": "Premier League",
        "country": "England",
        "category": "men",
        "score_basis": "full_time",
    }
    assert get("teams/ashford/") == {
        **{"slug": "ashford", "name": "Ashford", "short_name": "Ashford"},
        **{"category": "men", "country": ""},
    }
    TeamFactory(name="Idle")
    assert [team["slug"] for team in get(f"teams/?season={world.season.pk}")["results"]] == [
        "ashford",
        "barrow",
    ]


def test_forecasters_tell_their_versions_and_provenance(world, get):
    ForecasterFactory(name="The Oracle 2", parent=oracle(), kind=Forecaster.Kind.LLM)

    detail = get("forecasters/the-oracle/")

    assert (detail["parent"], detail["successors"]) == (None, ["the-oracle-2"])
    assert detail["predictions"] == {"live": 1, "archive": 3, "hindsight": 0}
    assert get("forecasters/the-oracle-2/")["parent"] == "the-oracle"
    assert [row["slug"] for row in get("forecasters/?kind=llm")["results"]] == ["the-oracle-2"]


def test_standings(world, get):
    answer = get(f"standings/?season={world.season.pk}")

    assert answer["meta"]["season"]["label"] == "2025/26"
    assert answer["results"] == [
        {
            "stage": {"id": world.won.stage_id, "name": "Regular season"},
            "group": "",
            "position": 1,
            "team": {"slug": "ashford", "name": "Ashford", "short_name": "Ashford"},
            "played": 2,
            "won": 1,
            "drawn": 1,
            "lost": 0,
            "shootouts_won": None,
            "shootouts_lost": None,
            "goals_for": 2,
            "goals_against": 1,
            "goal_difference": 1,
            "carried": 0,
            "adjustment": 0,
            "points": 4,
        },
        answer["results"][1],
    ]


def test_standings_need_a_season(world, get):
    problem = get("standings/", status=400)

    assert problem["errors"][0] == {
        "parameter": "season",
        "code": "required",
        "detail": "This field is required.",
        "allowed": [str(world.season.pk)],
    }


def test_an_unchanged_table_is_not_read_again(world, client):
    path = f"/api/v1/standings/?season={world.season.pk}"
    etag = client.get(path)["ETag"]

    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    record(world.won, 3, 1)
    run_waiting("score_match", "refresh_views")
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?status=finished", ["won", "drawn"]),
        ("?status=abandoned,scheduled", ["void", "coming"]),
        ("?team=barrow&status=finished", ["won", "drawn"]),
        ("?from=2025-08-16&to=2025-08-16", ["won", "drawn", "void"]),
        ("?to=2025-08-16T13:59:59Z", []),
        ("?from=2025-08-16T14:00:00Z&to=2025-08-16T16:00:00%2B02:00", ["won", "drawn", "void"]),
        ("?competition=premier-league&from=2026-01-01", ["coming"]),
    ],
)
def test_matches_are_filtered(world, get, query, found):
    rows = get(f"matches/{query}")["results"]

    assert [row["id"] for row in rows] == sorted(getattr(world, name).pk for name in found)


def test_roundups_are_listed_with_their_match(world, get):
    row = get("roundups/")["results"][0]

    assert row["match"]["home_team"]["name"] == "Ashford"
    assert "body" not in row
    assert get(f"roundups/?match={world.drawn.pk}")["count"] == 0


def test_a_superseded_roundup_stays_readable_and_says_why(world, get):
    old = world.roundup
    old.status, old.supersede_reason = "superseded", "The result was corrected."
    old.save()
    new = publish(world.won, version=2)

    assert [row["id"] for row in get("roundups/")["results"]] == [new.pk]
    assert [row["id"] for row in get("roundups/?status=superseded")["results"]] == [old.pk]
    assert get("roundups/?status=all")["count"] == 2
    article = get(f"roundups/{old.pk}/")
    assert (article["status"], article["supersede_reason"]) == ("superseded", "The result was corrected.")
    assert article["body_html"].startswith("<p>")
    assert article["facts"]["score"] == [2, 1]
