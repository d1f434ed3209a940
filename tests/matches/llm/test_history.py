"""Questions and requests are append-only in the database; the other constraints of these tables."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from matches.llm.prepare import prepare
from matches.models import DailyUsage, Endpoint, LLMQuestion, LLMRequest
from tests.factories import EndpointFactory, oracle
from tests.loopback_llm import fails
from tests.matches.llm.conftest import run_once

pytestmark = pytest.mark.django_db


def assert_refused(match: str):
    return pytest.raises(IntegrityError, match=match)


@pytest.fixture
def asked(match) -> LLMQuestion:
    """An answered question."""
    run_once()
    return LLMQuestion.objects.get()


@pytest.fixture
def still_open(match, endpoint_server) -> LLMQuestion:
    """A question that waits for a retry."""
    endpoint_server.behave(fails(500))
    run_once()
    return LLMQuestion.objects.get()


@pytest.mark.parametrize(
    "change",
    [
        {"messages": []},
        {"context": {}},
        {"prompt_hash": "0" * 64},
        {"model": "another"},
        {"state": "missed", "reason": "timeout", "prediction": None},
        {"detail": "it was different"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_closed_question_cannot_be_changed(asked, change):
    with assert_refused("llm-question-append-only"), transaction.atomic():
        LLMQuestion.objects.filter(pk=asked.pk).update(**change)


@pytest.mark.parametrize("change", [{"context": {}}, {"messages": []}, {"kickoff_at": timezone.now()}])
def test_an_open_question_can_only_be_closed(still_open, change):
    ended = {"state": "missed", "reason": "timeout", "ended_at": timezone.now()}
    for wanted in (change, change | ended):
        with assert_refused("llm-question-append-only"), transaction.atomic():
            LLMQuestion.objects.filter(pk=still_open.pk).update(**wanted)

    assert LLMQuestion.objects.filter(pk=still_open.pk).update(**ended) == 1


def test_questions_cannot_be_deleted(asked):
    with assert_refused("append-only"), transaction.atomic():
        LLMQuestion.objects.all()._raw_delete("default")
    with assert_refused("llm-request-append-only"), transaction.atomic():
        LLMRequest.objects.all()._raw_delete("default")


@pytest.mark.parametrize(
    "change", [{"raw": ""}, {"text": "2-1"}, {"cost": 0}, {"answered_at": None}, {"fault": ""}]
)
def test_an_answered_request_cannot_be_changed(asked, change):
    with assert_refused("llm-request-append-only"), transaction.atomic():
        LLMRequest.objects.update(**change)


def test_the_sent_messages_cannot_be_changed_with_the_response(match, endpoint):
    prepare(match.pk, endpoint.forecaster_id, now=timezone.now())
    answered = {"answered_at": timezone.now(), "fault": "lost"}
    for name, value in {
        "messages": [],
        "reserved_tokens": 0,
        "asked_at": timezone.now(),
        "host": "else",
    }.items():
        with assert_refused("llm-request-append-only"), transaction.atomic():
            LLMRequest.objects.update(**answered, **{name: value})

    assert LLMRequest.objects.update(**answered) == 1


def test_a_kickoff_has_one_question_per_forecaster(asked):
    with assert_refused("llm_question_once_per_kickoff"), transaction.atomic():
        LLMQuestion.objects.create(
            match=asked.match,
            forecaster=asked.forecaster,
            kickoff_at=asked.kickoff_at,
            model="m",
            frozen_at=timezone.now(),
            state="missed",
            reason="locked",
            ended_at=timezone.now(),
        )


def test_two_requests_of_one_question_do_not_wait_at_once(still_open, endpoint):
    sent = {
        "endpoint": endpoint,
        "question": still_open,
        "purpose": "again",
        "host": "x",
        "messages": [],
        "asked_at": timezone.now(),
        "reserved_tokens": 1,
    }
    LLMRequest.objects.create(**sent)
    with assert_refused("llm_request_one_at_a_time"), transaction.atomic():
        LLMRequest.objects.create(**sent)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"purpose": "roundups"}, "endpoint_serves_one"),
        ({"forecaster": None}, "endpoint_serves_one"),
        (
            {"key_variable": "LLM_API_KEY", "sealed_key": "x", "key_set_at": timezone.now()},
            "endpoint_one_key",
        ),
        ({"sealed_key": "x"}, "endpoint_key_set_at_says_when"),
        ({"max_tokens": 15}, "endpoint_limits_in_range"),
        ({"timeout_seconds": 301}, "endpoint_limits_in_range"),
        ({"temperature": 2.1}, "endpoint_limits_in_range"),
        ({"input_price": 1}, "endpoint_prices_paired"),
        ({"input_price": -1, "output_price": 1}, "endpoint_prices_paired"),
        ({"daily_cost": 1}, "endpoint_cost_limit_needs_prices"),
        ({"paused_at": timezone.now()}, "endpoint_pause_paired"),
    ],
    ids=lambda each: each if isinstance(each, str) else "-".join(each),
)
def test_an_invalid_endpoint_is_refused_by_the_database(endpoint, change, rule):
    with assert_refused(rule), transaction.atomic():
        Endpoint.objects.update(**change)


def test_the_roundup_writer_has_one_endpoint(db):
    EndpointFactory(purpose="roundups", forecaster=None)
    with assert_refused("endpoint_one_roundup_writer"), transaction.atomic():
        EndpointFactory(purpose="roundups", forecaster=None)


def test_daily_usage_is_unique_and_not_negative(endpoint):
    today = timezone.now().date()
    row = DailyUsage.objects.create(endpoint=endpoint, day=today)
    with assert_refused("daily_usage_once_a_day"), transaction.atomic():
        DailyUsage.objects.create(endpoint=endpoint, day=today)
    with assert_refused("tokens"), transaction.atomic():
        DailyUsage.objects.filter(pk=row.pk).update(tokens=-1)


def test_a_forecaster_with_questions_cannot_be_deleted(asked):
    with pytest.raises(ProtectedError):
        asked.forecaster.delete()
    oracle().delete()
