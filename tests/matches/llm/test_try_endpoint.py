"""`try_endpoint`: one real request about a fictitious match, reported, stored and counted as usage."""

import pytest

from matches.models import DailyUsage, Endpoint, LLMQuestion, LLMRequest, Prediction
from tests.factories import EndpointFactory
from tests.fixtures.commands import manage as manage
from tests.loopback_llm import PICK, fails, says
from tests.matches.llm.test_usage_limits import fail

pytestmark = pytest.mark.django_db


def test_a_working_endpoint_answers_with_a_pick(manage, endpoint, endpoint_server):
    Endpoint.objects.update(input_price=2, output_price=8)
    ran = manage("try_endpoint", "the-sage")

    assert ran.code == 0
    assert "test-model-1 returned a prediction" in ran.said
    assert "tokens 900 in and 100 out, cost 0.002600" in ran.said
    assert "Example United" in str(endpoint_server.asked[0]["body"]["messages"])


def test_the_request_is_stored_and_counted_but_is_no_question(manage, endpoint):
    manage("try_endpoint", "the-sage", "--json")

    assert LLMRequest.objects.get().purpose == "trial"
    assert DailyUsage.objects.get().requests == 1
    assert not LLMQuestion.objects.exists()
    assert not Prediction.objects.exists()


def test_an_answer_of_another_model_is_reported(manage, endpoint, endpoint_server):
    endpoint_server.behave(says(PICK, model="test-model-1-2026-08-01"))

    ran = manage("try_endpoint", "the-sage", "--json")

    assert ran.code == 1
    assert (ran.json["ok"], ran.json["fault"], ran.json["model"]) == (
        False,
        "other_model",
        "test-model-1-2026-08-01",
    )


def test_an_error_of_the_endpoint_is_reported(manage, endpoint, endpoint_server):
    endpoint_server.behave(fails(401))

    ran = manage("try_endpoint", "the-sage")

    assert ran.code == 1
    assert "No prediction (http_error): HTTP 401" in ran.said


def test_a_dry_run_sends_no_request(manage, endpoint, endpoint_server):
    ran = manage("try_endpoint", "the-sage", "--dry-run")

    assert ran.code == 0
    assert "You forecast one football match" in ran.said
    assert endpoint_server.asked == []
    assert not LLMRequest.objects.exists()


def test_a_paused_endpoint_may_be_tried(manage, endpoint):
    fail(endpoint, 5)

    assert manage("try_endpoint", "the-sage").code == 0
    assert Endpoint.objects.get().is_paused, "it is no question, so it decides nothing"


def test_a_reached_limit_is_not_exceeded(manage, endpoint, endpoint_server):
    Endpoint.objects.update(daily_requests=0)

    ran = manage("try_endpoint", "the-sage")

    assert (ran.code, ran.complaint) == (1, "the daily limit of requests is 0")
    assert endpoint_server.asked == []


def test_a_key_that_is_missing_is_named(manage, endpoint):
    Endpoint.objects.update(key_variable="LLM_KEY_OF_NOBODY")

    assert "LLM_KEY_OF_NOBODY" in manage("try_endpoint", "the-sage").complaint


def test_a_forecaster_without_an_endpoint_is_an_error(manage, db):
    assert "'nobody'" in manage("try_endpoint", "nobody").complaint


def test_the_roundup_writers_is_tried_by_its_purpose(manage, endpoint_server, db):
    EndpointFactory(purpose="roundups", forecaster=None, base_url=endpoint_server.url)

    assert manage("try_endpoint", "roundups").code == 0
