"""Public pages of LLM forecasters: figures, misses, pauses, rationales, and the prompt after the lock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matches.llm import usage, usage_limits
from matches.models import Endpoint, LLMQuestion, Prediction
from tests.factories import EndpointFactory, TeamFactory, move, oracle, record, time_passes
from tests.loopback_llm import PICK, fails, says, says_pick
from tests.matches.llm.conftest import run_once, soon
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


def page(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def asked(match, endpoint, endpoint_server):
    """One answered question (prices 2 and 8 per million tokens), one refusal, one question not sent yet."""
    Endpoint.objects.update(input_price=2, output_price=8)
    run_once()
    refused = soon(25, home_team=TeamFactory(name="Corley"))
    endpoint_server.behave(says(None, refusal="No."))
    run_once()
    soon(60 * 24, home_team=TeamFactory(name="Denby"))
    return refused


def test_the_page_of_a_forecaster_shows_its_usage_statistics(asked, sage, client):
    shown = page(client, f"/forecasters/{sage.slug}/")

    assert "Automatic predictions" in shown
    assert "the model refused: 1" in shown
    assert "<dt>Requests sent (with retries)</dt><dd>2</dd>" in shown
    assert "<dt>Tokens</dt><dd>2000</dd>" in shown
    assert "0.0052" in shown
    assert "<code>test-model-1</code>" in shown


def test_a_forecaster_without_an_endpoint_has_no_usage_statistics(client):
    assert "Automatic predictions" not in page(client, f"/forecasters/{oracle().slug}/")


def test_the_api_has_the_same_usage_statistics(asked, sage, client):
    told = client.get(f"/api/v1/forecasters/{sage.slug}/").json()["asked"]

    assert told["latency_ms"] >= 0
    assert {**told, "latency_ms": 0} == {
        "model": "test-model-1",
        "questions": 2,
        "answered": 1,
        "missed": 1,
        "misses": {"refusal": 1},
        "requests": 2,
        "tokens_in": 1800,
        "tokens_out": 200,
        "cost": 0.0052,
        "latency_ms": 0,
        "pause": None,
    }


def test_the_api_has_no_usage_without_an_endpoint(client):
    assert client.get(f"/api/v1/forecasters/{oracle().slug}/").json()["asked"] is None


def test_without_prices_the_cost_is_not_known(match, sage, endpoint_server, client):
    run_once()

    assert client.get(f"/api/v1/forecasters/{sage.slug}/").json()["asked"]["cost"] is None


def test_a_question_of_a_kickoff_that_moved_is_no_miss(match, sage):
    LLMQuestion.objects.create(
        match=match,
        forecaster=sage,
        kickoff_at=match.kickoff_at - timedelta(days=1),
        model="m",
        frozen_at=timezone.now(),
        state="missed",
        reason="moved",
        ended_at=timezone.now(),
    )

    assert usage.usage_by_forecaster(sage).questions == 0


@pytest.fixture
def paused(match, sage, endpoint, endpoint_server):
    """The Sage has a scored prediction, followed by five failures."""
    run_once()
    time_passes(match, timedelta(hours=3))
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    for _ in range(usage_limits.FAILURE_THRESHOLD):
        usage_limits.record_failure(endpoint.pk, now=timezone.now())


def test_a_pause_is_on_the_leaderboard_on_its_page_and_in_the_api(paused, sage, client):
    board, own = page(client, "/leaderboard/"), page(client, f"/forecasters/{sage.slug}/")
    told = client.get(f"/api/v1/forecasters/{sage.slug}/").json()["asked"]["pause"]

    assert "badge-paused" in board
    assert "after 5 failures in a row" in own
    assert told["failures"] == 5
    assert told["tried_again_at"] > told["since"]


def test_a_pause_is_no_longer_shown_after_an_answer(paused, sage, endpoint, client):
    usage_limits.record_success(endpoint.pk)

    assert "badge-paused" not in page(client, "/leaderboard/")
    assert "badge-paused" not in page(client, f"/forecasters/{sage.slug}/")


def test_the_reason_of_a_pick_is_shown_after_the_lock_as_text(match, sage, endpoint_server, client):
    endpoint_server.behave(says_pick(rationale='<img src=x onerror=alert(1)> "form" & rest'))
    run_once()
    paths = (match.get_absolute_url(), f"/forecasters/{sage.slug}/")
    before = [page(client, path) for path in paths]
    time_passes(match, timedelta(minutes=21))

    for path, secret in zip(paths, before, strict=True):
        shown = page(client, path)
        assert "onerror" not in secret
        assert "&lt;img src=x onerror=alert(1)&gt;" in shown
        assert "<img src=x" not in shown


def test_the_reason_of_a_pick_is_in_the_api(match, endpoint_server, client):
    run_once()
    time_passes(match, timedelta(minutes=21))

    (pick,) = client.get(f"/api/v1/matches/{match.pk}/predictions/").json()["results"]
    assert pick["rationale"] == "Better form."


# --- Prompts ----------------------------------------------------------------------------------------


def questions(client, match) -> dict:
    answer = client.get(f"/api/v1/matches/{match.pk}/askings/")
    assert answer.status_code == 200
    return answer.json()


def test_before_the_lock_only_the_hash_of_the_prompt_is_public(match, sage, client):
    run_once()

    told = questions(client, match)
    (question,) = told["results"]

    stored = LLMQuestion.objects.get()
    assert told["meta"]["locked"] is False
    assert (question["forecaster"], question["prompt_hash"]) == (sage.slug, stored.prompt_hash)
    assert (question["state"], question["prediction"]) == ("answered", stored.prediction_id)
    assert (question["known"], question["prompt"], question["calls"]) == (None, [], [])
    assert "Better form." not in str(told)


def test_after_the_lock_prompt_and_answers_are_public(match, endpoint_server, client):
    endpoint_server.behave(says("prose"), says(PICK))
    run_once()
    run_once()
    time_passes(match, timedelta(minutes=21))

    (question,) = questions(client, match)["results"]

    stored = LLMQuestion.objects.get()
    assert question["known"] == stored.context
    assert question["prompt"] == stored.messages
    assert [(call["purpose"], call["fault"]) for call in question["calls"]] == [
        ("ask", "invalid"),
        ("repair", ""),
    ]
    assert question["calls"][0]["answer"] == "prose"


def test_a_moved_kickoff_hides_prompt_and_answers_again(match, endpoint_server, client):
    run_once()
    time_passes(match, timedelta(minutes=21))
    move(match, timezone.now() + timedelta(days=1))

    assert questions(client, match)["results"][0]["prompt"] == []


def test_a_match_that_is_not_there_is_not_found(client, db):
    assert client.get("/api/v1/matches/987654/askings/").status_code == 404


def test_questions_as_csv_leave_out_nested_fields(match, client):
    run_once()

    head, row = client.get(f"/api/v1/matches/{match.pk}/askings/?format=csv").content.decode().splitlines()

    assert "prompt_hash" in head
    assert "calls" not in head
    assert LLMQuestion.objects.get().prompt_hash in row


def test_more_questions_ask_no_more_queries(match, endpoint_server, client, django_assert_max_num_queries):
    for name in ("The Seer", "The Owl"):
        EndpointFactory(forecaster__name=name, base_url=endpoint_server.url)
    run_waiting("predict_match")

    with django_assert_max_num_queries(5):
        assert questions(client, match)["count"] == 3


def test_metrics_count_questions_and_pauses(paused, client, settings):
    settings.METRICS_TOKEN = "a-token"
    found = client.get("/metrics", headers={"Authorization": "Bearer a-token"}).content.decode()

    assert 'final_whistle_recent_questions{reason="",state="answered"} 1.0' in found
    assert "final_whistle_endpoints_paused 1.0" in found


def test_picks_of_a_language_model_are_scored_like_any_other(paused, sage):
    prediction = Prediction.objects.get()

    assert (prediction.forecaster, prediction.score.points) == (sage, 6)


def test_a_transient_error_is_no_miss_yet(match, sage, endpoint_server, client):
    endpoint_server.behave(fails(500))
    run_once()

    assert client.get(f"/api/v1/forecasters/{sage.slug}/").json()["asked"]["questions"] == 0
