"""Checks of `doctor` for LLM endpoints: usable ones are counted, problems of the others are listed."""

import pytest
from django.utils import timezone

from matches.llm import usage_limits
from matches.llm.endpoint_config import endpoint_error
from matches.models import Endpoint
from tests.fixtures.commands import manage as manage

pytestmark = pytest.mark.django_db


def told(manage) -> list[dict]:
    """Return the checks of language models in doctor's report."""
    return [each for each in manage("doctor", "--json").json["checks"] if "language model" in each["name"]]


def test_without_endpoints_there_is_no_problem(manage, redis_queues, db):
    assert [(each["ok"], each["detail"]) for each in told(manage)] == [(True, "none enabled")]


def test_a_usable_endpoint_is_counted(manage, redis_queues, endpoint):
    assert [(each["ok"], each["detail"]) for each in told(manage)] == [(True, "1 enabled")]


def test_a_missing_key_is_a_note(manage, redis_queues, endpoint):
    Endpoint.objects.update(key_variable="LLM_KEY_OF_NOBODY")

    _, note = told(manage)

    assert (note["name"], note["ok"]) == ("language model of The Sage", False)
    assert "LLM_KEY_OF_NOBODY" in note["detail"]


def test_a_pause_is_a_note(manage, redis_queues, endpoint):
    for _ in range(usage_limits.FAILURE_THRESHOLD):
        usage_limits.record_failure(endpoint.pk, now=timezone.now())

    assert "after 5 failures in a row" in told(manage)[1]["detail"]


def test_a_disabled_endpoint_is_not_checked(manage, redis_queues, endpoint):
    Endpoint.objects.update(enabled=False, model="")

    assert len(told(manage)) == 1


def test_a_missing_model_name_is_reported(endpoint):
    endpoint.model = ""

    assert "LLM_MODEL" in endpoint_error(endpoint)


def test_a_base_url_that_no_request_may_use_is_reported(endpoint):
    """A row may be older than the validation of the form."""
    endpoint.base_url = "http://134744072/v1"

    assert "The base URL of The Sage must contain a host name" in endpoint_error(endpoint)
