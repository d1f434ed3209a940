"""The API of an installation with nothing in it, and with its first match."""

from tests.factories import ForecasterFactory, MatchFactory, predict, record
from tests.pipeline_helpers import run_waiting


def test_an_empty_installation_has_an_empty_board(db, get):
    answer = get("leaderboard/")

    assert answer["count"] == 0
    assert answer["results"] == []
    assert answer["meta"]["refreshed_at"] is None
    assert answer["meta"]["data_version"] == 0


def test_an_empty_csv_still_has_its_columns(db, client):
    lines = client.get("/api/v1/leaderboard/?format=csv").content.decode().splitlines()

    assert lines[0].startswith("rank,forecaster.slug,forecaster.name,forecaster.kind,matches,points")
    assert len(lines) == 1


def test_an_empty_installation_has_a_status(db, get):
    status = get("status/")

    assert (status["state"], status["data_version"], status["last_counted"]) == ("empty", 0, None)


def test_equal_values_share_a_rank(db, get):
    match = MatchFactory()
    for name in ("Ann", "Bea", "Cid"):
        predict(match, ForecasterFactory(name=name), (1, 0) if name == "Cid" else (2, 1))
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")

    rows = get("leaderboard/")["results"]

    assert [(row["rank"], row["forecaster"]["name"]) for row in rows] == [(1, "Ann"), (1, "Bea"), (3, "Cid")]
