"""GET on the address to which a prediction is submitted."""

from datetime import timedelta

import pytest

from matches.models import Match, Prediction
from tests.factories import (
    MatchFactory,
    coin,
    homer,
    new_key,
    oracle,
    predict,
    record,
    time_passes,
    upcoming_match,
)

pytestmark = pytest.mark.django_db
LIVE = Prediction.Provenance.LIVE


@pytest.fixture
def match() -> Match:
    """Open; the Oracle said 1-0, then 2-1."""
    match = upcoming_match()
    predict(match, oracle(), (1, 0), provenance=LIVE)
    predict(match, oracle(), (2, 1), (0.5, 0.3, 0.2), provenance=LIVE)
    return match


@pytest.fixture
def read(client):
    def read(
        match: Match | int, who: str = "the-oracle", key: str = "", method: str = "get", query: str = ""
    ):
        path = f"/api/v1/matches/{getattr(match, 'pk', match)}/predictions/{who}/{query}"
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return getattr(client, method)(path, headers=headers)

    return read


def key_of(forecaster, *scopes: str) -> str:
    return new_key(forecaster, scopes=scopes or ("predict", "read"))


def test_its_own_key_reads_the_current_prediction_back_before_the_lock(match, read):
    answer = read(match, key=key_of(oracle()))

    assert answer.status_code == 200
    said, row = answer.json(), Prediction.objects.current().get()
    assert (said["id"], said["home_goals"], said["away_goals"], said["p_home"]) == (row.pk, 2, 1, 0.5)
    assert (said["digest"], said["counts"], said["match"]["id"]) == (row.digest, True, match.pk)
    assert answer["Cache-Control"] == "private, max-age=0"


@pytest.mark.parametrize("who", ["the-oracle", "the-coin"])
def test_before_the_lock_nobody_else_learns_whether_there_is_one(match, read, who):
    coin()
    for key in ("", key_of(homer())):
        answer = read(match, who, key=key)
        assert answer.status_code == 404
        assert f"No public prediction of match {match.pk} by {who}." in answer.json()["detail"]


def test_a_key_of_the_forecaster_without_the_scope_is_refused(match, read):
    answer = read(match, key=key_of(oracle(), "predict"))

    assert (answer.status_code, answer.json()["code"]) == (403, "scope")
    assert read(match, key=key_of(homer(), "predict")).status_code == 404


def test_from_the_lock_on_everyone_reads_it(match, read):
    time_passes(match, timedelta(days=30))

    for key in ("", key_of(homer()), key_of(oracle(), "predict")):
        answer = read(match, key=key)
        assert (answer.status_code, answer.json()["home_goals"]) == (200, 2)
    assert read(match)["Cache-Control"] == "public, max-age=5"
    assert "no current prediction" in read(match, homer().slug).json()["detail"]


def test_an_archive_prediction_of_a_finished_match_is_read_as_well(read):
    match = MatchFactory()
    predict(match, oracle(), (3, 3))
    record(match, 1, 1)

    assert read(match).json()["provenance"] == "archive"


def test_an_unknown_match_forecaster_parameter_or_key_is_named(match, read):
    assert "No match with id 987654321" in read(987654321).json()["detail"]
    assert 'No forecaster "nobody"' in read(match, "nobody").json()["detail"]
    (error,) = read(match, query="?dry_run=true").json()["errors"]
    assert (error["parameter"], error["code"]) == ("dry_run", "unknown")
    assert read(match, key="fw_0000_nonsense").status_code == 401


def test_reading_counts_as_a_read_and_not_as_a_submission(match, read, settings):
    settings.API_READS_PER_MINUTE, settings.API_WRITES_PER_MINUTE = 50, 1
    key = key_of(oracle())

    answers = [read(match, key=key) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[0]["X-RateLimit-Limit"] == "50"


def test_head_works_and_other_methods_are_told_which_do(match, read):
    time_passes(match, timedelta(days=30))
    head = read(match, method="head")
    assert (head.status_code, head.content) == (200, b"")

    refused = read(match, method="delete")
    assert refused.status_code == 405
    assert {name.strip() for name in refused["Allow"].split(",")} == {"GET", "HEAD", "PUT", "OPTIONS"}


def test_what_has_not_changed_is_not_sent_again(match, read, client):
    time_passes(match, timedelta(days=30))
    first = read(match)

    path = f"/api/v1/matches/{match.pk}/predictions/the-oracle/"
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
