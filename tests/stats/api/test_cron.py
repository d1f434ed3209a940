"""The cron endpoint: closed without a secret, and a refresh like any other with it."""

import pytest
from django.urls import reverse

from core.pipeline.models import JobRun
from stats.models import LeaderboardRow, ViewRefresh
from stats.signals import views_refreshed
from tests.factories import MatchFactory, oracle, predict, record
from tests.pipeline_helpers import run_waiting

PATH = "/api/cron/update-stats/"
KEY = {"Authorization": "Bearer open-sesame"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def secret(settings):
    settings.CRON_SECRET = "open-sesame"


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_refreshes_everything_and_answers_when_done(client, method):
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    record(match, 2, 1)
    run_waiting("score_match")

    response = getattr(client, method)(PATH, headers=KEY)

    assert response.status_code == 200
    assert response.json()["success"] is True
    assert response.json()["scopes"] == ["leaderboard", "standings"]
    assert response.json()["timestamp"].endswith("Z")
    assert response["Cache-Control"] == "no-store"
    assert LeaderboardRow.objects.filter(scope="overall", provenance="all").count() == 1
    assert {"stats_leaderboard_live", "stats_standings"} <= set(
        ViewRefresh.objects.values_list("view", flat=True)
    )


def test_the_matches_that_it_counts_are_announced_like_any_other(client):
    """The roundups hang on this signal, and on nothing else."""
    heard = []
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    record(match, 2, 1)
    run_waiting("score_match")

    def listen(match_ids, **_):
        heard.append(match_ids)

    views_refreshed.connect(listen)
    try:
        client.post(PATH, headers=KEY)
        client.post(PATH, headers=KEY)
    finally:
        views_refreshed.disconnect(listen)

    assert heard == [[match.pk], []]


def test_it_schedules_the_roundups_of_what_it_counted(client):
    match = MatchFactory()
    predict(match, oracle(), (2, 1))
    record(match, 2, 1)
    run_waiting("score_match")

    client.post(PATH, headers=KEY)

    (waiting,) = JobRun.objects.filter(kind="write_roundup", state="queued")
    assert (waiting.key, waiting.triggered_by) == (str(match.pk), None)


def test_it_is_closed_while_there_is_no_secret(client, settings):
    settings.CRON_SECRET = ""

    for headers in (KEY, {"Authorization": "Bearer "}, {}):
        response = client.post(PATH, headers=headers)
        assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert not ViewRefresh.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "open-sesame"},
        {"Authorization": "Basic open-sesame"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer öpen"},
    ],
)
def test_a_wrong_or_missing_secret_is_refused(client, headers):
    response = client.post(f"{PATH}?token=open-sesame&CRON_SECRET=open-sesame", headers=headers)

    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert response["WWW-Authenticate"] == 'Bearer realm="cron"'
    assert not ViewRefresh.objects.exists()


def test_head_and_other_methods_refresh_nothing(client):
    for method in ("head", "put", "delete"):
        assert getattr(client, method)(PATH, headers=KEY).status_code == 405
    assert not ViewRefresh.objects.exists()


def test_it_takes_no_parameters(client):
    response = client.post(f"{PATH}?scope=all", headers=KEY)

    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (400, "scope")


def test_it_has_a_name():
    assert reverse("api:update-stats") == PATH
