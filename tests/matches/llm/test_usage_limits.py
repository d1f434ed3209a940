"""Pauses and daily limits: refusals, reservations, and the release of unused reservations."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from matches.llm import usage_limits
from matches.llm.chat_client import Reply
from matches.llm.endpoint_config import EndpointConfig
from matches.llm.response_policy import ResponseOutcome, parse_reply
from matches.llm.usage_limits import (
    FAILURE_THRESHOLD,
    TOKENS_PER_MESSAGE,
    UsageRefused,
    max_request_tokens,
)
from matches.models import DailyUsage, Endpoint, LLMRequest
from tests.factories import EndpointFactory
from tests.matches.llm.test_response_policy import reply

pytestmark = pytest.mark.django_db
MESSAGES = [{"role": "user", "content": "x" * 100}]
RESERVED = 100 + TOKENS_PER_MESSAGE + 300  # bytes of the message, what surrounds it, and the answer
NOON = datetime(2026, 8, 15, 12, 0, tzinfo=UTC)


def reserve(endpoint: Endpoint, *, now: datetime = NOON, ignore_pause: bool = False) -> LLMRequest:
    endpoint.refresh_from_db()
    call = LLMRequest(purpose="trial", messages=MESSAGES)
    usage_limits.reserve_request(EndpointConfig.of(endpoint), call, now=now, ignore_pause=ignore_pause)
    return call


def record(call: LLMRequest, said: Reply, *, now: datetime = NOON) -> None:
    config = EndpointConfig.of(call.endpoint)
    usage_limits.record_usage(call, said, parse_reply(said, config.accepted), config, now=now)


def spent(endpoint: Endpoint, day: datetime = NOON) -> tuple[int, int, Decimal]:
    row = DailyUsage.objects.get(endpoint=endpoint, day=day.date())
    return row.requests, row.tokens, row.cost


@pytest.fixture
def endpoint(db) -> Endpoint:
    """Endpoint with prices of 2 and 8 per million tokens of prompt and answer."""
    return EndpointFactory(input_price=2, output_price=8)


# --- The budget -------------------------------------------------------------------------------------


def test_the_maximum_usage_is_reserved_before_the_request(endpoint):
    call = reserve(endpoint)

    assert (call.reserved_tokens, call.answered_at) == (RESERVED, None)
    assert call.reserved_cost == (Decimal(2) * (RESERVED - 300) + Decimal(8) * 300) / 1_000_000
    assert spent(endpoint) == (1, RESERVED, call.reserved_cost)


def test_a_text_has_no_more_tokens_than_reserved():
    assert max_request_tokens([{"role": "user", "content": "é" * 10}], 5) == 20 + TOKENS_PER_MESSAGE + 5


def test_unused_reservations_are_released_by_the_response(endpoint):
    call = reserve(endpoint)

    record(call, reply())

    call.refresh_from_db()
    assert (call.tokens_in, call.tokens_out) == (900, 100)
    assert call.cost == Decimal("0.0026")
    assert spent(endpoint) == (1, 1000, Decimal("0.0026"))


def test_without_token_counts_the_whole_reservation_is_used(endpoint):
    call = reserve(endpoint)

    record(call, Reply(5, fault="timeout"))

    call.refresh_from_db()
    assert (call.tokens_in, call.cost) == (None, None)
    assert spent(endpoint) == (1, RESERVED, call.reserved_cost)


def test_an_error_of_the_endpoint_costs_a_request_and_no_tokens(endpoint):
    call = reserve(endpoint)

    record(call, Reply(5, fault="http_error", status=503))

    call.refresh_from_db()
    assert (call.tokens_in, call.tokens_out, call.cost) == (0, 0, 0)
    assert spent(endpoint) == (1, 0, 0)


def test_an_answer_after_midnight_counts_for_the_day_of_its_question(endpoint):
    late = NOON.replace(hour=23, minute=59)
    call = reserve(endpoint, now=late)

    record(call, reply(), now=late + timedelta(minutes=2))

    assert spent(endpoint)[1] == 1000
    assert DailyUsage.objects.count() == 1


def test_without_prices_the_cost_is_not_known():
    endpoint = EndpointFactory()
    call = reserve(endpoint)

    record(call, reply())

    call.refresh_from_db()
    assert (call.reserved_cost, call.cost) == (None, None)
    assert spent(endpoint) == (1, 1000, 0)


@pytest.mark.parametrize(
    ("limit", "what"),
    [
        ({"daily_requests": 2}, "requests is 2"),
        ({"daily_tokens": 2 * RESERVED}, f"tokens is {2 * RESERVED}"),
        ({"daily_cost": Decimal("0.0060")}, "cost is 0.0060"),
    ],
)
def test_a_request_beyond_a_limit_is_refused(endpoint, limit, what):
    Endpoint.objects.update(**limit)
    reserve(endpoint)
    reserve(endpoint)

    with pytest.raises(UsageRefused, match=what) as refused:
        reserve(endpoint)

    assert refused.value.reason == "budget"
    assert refused.value.until == datetime(2026, 8, 16, tzinfo=UTC)
    assert LLMRequest.objects.count() == 2
    assert spent(endpoint)[0] == 2


def test_a_limit_of_zero_refuses_all_requests(endpoint):
    Endpoint.objects.update(daily_requests=0)

    with pytest.raises(UsageRefused):
        reserve(endpoint)


def test_released_usage_can_be_reserved_again(endpoint):
    Endpoint.objects.update(daily_tokens=RESERVED + 1000)
    record(reserve(endpoint), reply())

    assert reserve(endpoint)


def test_limits_apply_to_each_day_and_endpoint(endpoint):
    other = EndpointFactory(forecaster__name="The Seer", daily_requests=1)
    Endpoint.objects.update(daily_requests=1)
    reserve(endpoint)

    assert reserve(other)
    assert reserve(endpoint, now=NOON + timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_concurrent_workers_never_exceed_a_limit():
    endpoint = EndpointFactory(daily_requests=7)
    config, outcomes = EndpointConfig.of(endpoint), []
    together = threading.Barrier(4)

    def work() -> None:
        together.wait()
        for _ in range(5):
            try:
                call = LLMRequest(purpose="trial", messages=MESSAGES)
                usage_limits.reserve_request(config, call, now=NOON)
                outcomes.append("through")
            except UsageRefused:
                outcomes.append("refused")
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused"] * 13 + ["through"] * 7
    assert DailyUsage.objects.get().requests == LLMRequest.objects.count() == 7


# --- The pause --------------------------------------------------------------------------------------


def fail(endpoint: Endpoint, times: int = 1, *, now: datetime = NOON) -> None:
    for _ in range(times):
        usage_limits.record_failure(endpoint.pk, now=now)
    endpoint.refresh_from_db()


def test_four_failures_in_a_row_cause_no_pause(endpoint):
    fail(endpoint, FAILURE_THRESHOLD - 1)

    assert not endpoint.is_paused
    assert reserve(endpoint)


def test_the_fifth_failure_in_a_row_pauses_the_endpoint(endpoint, settings):
    fail(endpoint, FAILURE_THRESHOLD)

    assert (endpoint.paused_at, endpoint.paused_until) == (NOON, NOON + settings.LLM_COOLDOWN)
    with pytest.raises(UsageRefused, match="5 failures in a row") as refused:
        reserve(endpoint)
    assert (refused.value.reason, refused.value.until) == ("paused", endpoint.paused_until)


def test_an_answer_resets_the_count_of_failures(endpoint):
    fail(endpoint, FAILURE_THRESHOLD - 1)
    usage_limits.record_success(endpoint.pk)
    fail(endpoint, FAILURE_THRESHOLD - 1)

    assert not endpoint.is_paused


def test_after_the_pause_one_trial_passes_and_others_wait(endpoint):
    fail(endpoint, FAILURE_THRESHOLD)
    over = endpoint.paused_until

    assert reserve(endpoint, now=over)
    with pytest.raises(UsageRefused) as refused:
        reserve(endpoint, now=over + timedelta(seconds=1))

    assert refused.value.until > over
    assert endpoint.paused_at == NOON


def test_a_trial_that_is_answered_ends_the_pause(endpoint):
    fail(endpoint, FAILURE_THRESHOLD)
    reserve(endpoint, now=endpoint.paused_until)

    usage_limits.record_success(endpoint.pk)

    endpoint.refresh_from_db()
    assert (endpoint.failures_in_row, endpoint.is_paused) == (0, False)


def test_a_trial_that_fails_prolongs_it(endpoint, settings):
    fail(endpoint, FAILURE_THRESHOLD)
    over = endpoint.paused_until
    reserve(endpoint, now=over)

    fail(endpoint, now=over + timedelta(seconds=3))

    assert endpoint.paused_at == NOON
    assert endpoint.paused_until == over + timedelta(seconds=3) + settings.LLM_COOLDOWN


def test_a_trial_whose_worker_died_is_followed_by_another(endpoint):
    fail(endpoint, FAILURE_THRESHOLD)
    reserve(endpoint, now=endpoint.paused_until)
    endpoint.refresh_from_db()

    assert reserve(endpoint, now=endpoint.paused_until)


def test_a_trial_without_a_result_is_followed_by_another(endpoint):
    fail(endpoint, FAILURE_THRESHOLD)
    call = reserve(endpoint, now=endpoint.paused_until)

    usage_limits.end_trial(call, now=call.asked_at + timedelta(seconds=2))

    assert reserve(endpoint, now=call.asked_at + timedelta(seconds=2))


def test_a_question_with_earlier_requests_ignores_the_pause(endpoint):
    fail(endpoint, FAILURE_THRESHOLD)

    assert reserve(endpoint, ignore_pause=True)


def test_an_operator_ends_the_pause(endpoint):
    fail(endpoint, FAILURE_THRESHOLD)

    assert usage_limits.resume(endpoint.pk)
    assert not usage_limits.resume(endpoint.pk)
    assert reserve(endpoint)


def test_a_failure_does_not_overwrite_edits_of_an_operator(endpoint):
    Endpoint.objects.update(model="test-model-2")

    usage_limits.record_failure(endpoint.pk, now=NOON)

    endpoint.refresh_from_db()
    assert (endpoint.model, endpoint.failures_in_row) == ("test-model-2", 1)


def test_responses_are_made_storable(endpoint):
    call = reserve(endpoint)
    odd = ResponseOutcome(fault="refusal", detail="no\x00way\n\ud800" + "x" * 500)

    usage_limits.record_usage(
        call, Reply(1, body=b"\x00\xff" * 100_000), odd, EndpointConfig.of(endpoint), now=timezone.now()
    )

    call.refresh_from_db()
    assert len(call.raw) == usage_limits.MAX_RAW
    assert call.detail.startswith("no way")
    assert len(call.detail) == usage_limits.MAX_DETAIL
