"""Pauses and daily usage limits of an LLM endpoint, checked and updated under a lock of its row.

The maximum usage of a request is reserved before it is sent, in a transaction of its own, so that concurrent
workers never exceed a limit. The unused part is released when the response arrives; a request without a
response releases nothing.
"""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from matches.forecasters.context import one_line
from matches.forecasters.llm import Messages
from matches.forecasters.openai_response import storable
from matches.llm.chat_client import Reply
from matches.llm.endpoint_config import EndpointConfig
from matches.llm.response_policy import ResponseOutcome
from matches.models import DailyUsage, Endpoint, LLMQuestion, LLMRequest
from matches.models.endpoints import MAX_TIMEOUT_SECONDS

FAILURE_THRESHOLD = 5  # in a row before the endpoint is paused
TOKENS_PER_MESSAGE = 64  # upper bound of the tokens that endpoints add per message
MAX_RAW = 64_000
MAX_DETAIL = 300


class UsageRefused(Exception):
    """The endpoint must not receive a request now. `until` is the earliest time to try again."""

    def __init__(self, reason: str, detail: str, *, until: datetime) -> None:
        self.reason, self.detail, self.until = reason, detail, until
        super().__init__(detail)


def reserve_request(
    config: EndpointConfig, call: LLMRequest, *, now: datetime, ignore_pause: bool = False
) -> None:
    """Reserve the maximum usage of the unsaved request `call`, save the request, and commit.

    Raises UsageRefused, without writing, if the endpoint is paused or a daily limit would be exceeded. Pass
    `ignore_pause` for a question with earlier requests, or for a trial request of an operator.
    """
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update().get(pk=config.endpoint.pk)
        if not ignore_pause:
            _check_pause(endpoint, now)
        call.reserved_tokens = max_request_tokens(call.messages, endpoint.max_tokens)
        call.reserved_cost = config.cost(call.reserved_tokens - endpoint.max_tokens, endpoint.max_tokens)
        _reserve_daily_usage(endpoint, call.reserved_tokens, call.reserved_cost or Decimal(0), now)
        call.endpoint, call.host, call.asked_at = endpoint, config.host, now
        call.save()


def max_request_tokens(messages: Messages, max_answer: int) -> int:
    """Return an upper bound of a request's tokens: a tokeniser produces at most one token per byte."""
    return sum(len(each["content"].encode()) + TOKENS_PER_MESSAGE for each in messages) + max_answer


def _check_pause(endpoint: Endpoint, now: datetime) -> None:
    """Raise UsageRefused if the endpoint is paused.

    The first request after the pause passes, as a trial. The endpoint stays paused for all others until the
    trial ends.
    """
    if endpoint.paused_until is None:
        return
    if now < endpoint.paused_until:
        detail = f"paused after {endpoint.failures_in_row} failures in a row"
        raise UsageRefused(LLMQuestion.Reason.PAUSED, detail, until=endpoint.paused_until)
    Endpoint.objects.filter(pk=endpoint.pk).update(
        paused_until=now + _trial_duration(endpoint.timeout_seconds)
    )


def _trial_duration(timeout_seconds: int) -> timedelta:
    return timedelta(seconds=timeout_seconds + 30)


def max_pause() -> timedelta:
    """Return the maximum length of one pause."""
    cooldown: timedelta = settings.LLM_COOLDOWN
    return max(cooldown, _trial_duration(MAX_TIMEOUT_SECONDS))


def _reserve_daily_usage(endpoint: Endpoint, tokens: int, cost: Decimal, now: datetime) -> None:
    day = now.astimezone(UTC).date()
    used, _ = DailyUsage.objects.get_or_create(endpoint=endpoint, day=day)
    limits: tuple[tuple[str, Any, Any], ...] = (
        ("requests", endpoint.daily_requests, used.requests + 1),
        ("tokens", endpoint.daily_tokens, used.tokens + tokens),
        ("cost", endpoint.daily_cost, used.cost + cost),
    )
    for what, limit, total in limits:
        if limit is not None and total > limit:
            tomorrow = datetime.combine(day + timedelta(days=1), time.min, tzinfo=UTC)
            detail = f"the daily limit of {what} is {limit}"
            raise UsageRefused(LLMQuestion.Reason.BUDGET, detail, until=tomorrow)
    _add_usage(endpoint.pk, day, requests=1, tokens=tokens, cost=cost)


def _add_usage(
    endpoint_id: int, day: Any, *, requests: int = 0, tokens: int = 0, cost: Decimal = Decimal(0)
) -> None:
    DailyUsage.objects.filter(endpoint=endpoint_id, day=day).update(
        requests=F("requests") + requests, tokens=F("tokens") + tokens, cost=F("cost") + cost
    )


def record_usage(
    call: LLMRequest, reply: Reply, outcome: ResponseOutcome, config: EndpointConfig, *, now: datetime
) -> None:
    """Store the response and release the unused part of the reservation. Requires a transaction.

    An HTTP error counts as no usage. Without a response, or without token counts in it, the whole reservation
    counts as used.
    """
    completion = outcome.completion
    tokens_in, tokens_out = (completion.tokens_in, completion.tokens_out) if completion else (None, None)
    if reply.fault == LLMQuestion.Reason.HTTP_ERROR:
        tokens_in = tokens_out = 0
    cost = config.cost(tokens_in, tokens_out)
    LLMRequest.objects.filter(pk=call.pk).update(
        answered_at=now,
        status=reply.status,
        raw=storable(reply.body.decode("utf-8", "replace"))[:MAX_RAW],
        text=completion.text[:MAX_RAW] if completion else "",
        model=completion.model if completion else "",
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        cost=cost,
        latency_ms=reply.latency_ms,
        fault=outcome.fault,
        detail=one_line(outcome.detail, MAX_DETAIL),
    )
    if tokens_in is not None and tokens_out is not None:
        _release_unused(call, tokens_in + tokens_out, cost or Decimal(0))


def _release_unused(call: LLMRequest, tokens: int, cost: Decimal) -> None:
    Endpoint.objects.select_for_update().get(pk=call.endpoint_id)  # serialises updates of the usage
    day = call.asked_at.astimezone(UTC).date()
    unused_cost = (call.reserved_cost or Decimal(0)) - cost
    _add_usage(call.endpoint_id, day, tokens=tokens - call.reserved_tokens, cost=-unused_cost)


def record_success(endpoint_id: int) -> None:
    """Reset the failure count and end any pause after a success. Requires a transaction."""
    Endpoint.objects.filter(pk=endpoint_id).update(failures_in_row=0, paused_at=None, paused_until=None)


def record_failure(endpoint_id: int, *, now: datetime) -> None:
    """Count a failure. Pause the endpoint after FAILURE_THRESHOLD in a row, and again after a failed trial.

    Requires a transaction.
    """
    endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id)
    failures = endpoint.failures_in_row + 1
    pause: dict[str, datetime] = {}
    if failures >= FAILURE_THRESHOLD:
        pause = {"paused_at": endpoint.paused_at or now, "paused_until": now + settings.LLM_COOLDOWN}
    Endpoint.objects.filter(pk=endpoint_id).update(failures_in_row=failures, **pause)


def end_trial(call: LLMRequest, *, now: datetime) -> None:
    """End the trial of a paused endpoint without a success or failure; the next request becomes the trial.

    Used if the response is valid but too late. Does nothing if the request was sent before the pause began.
    """
    trial = Endpoint.objects.filter(pk=call.endpoint_id, paused_at__lt=call.asked_at, paused_until__gt=now)
    trial.update(paused_until=now)


def resume(endpoint_id: int) -> bool:
    """End the pause of the endpoint. Return False if it was not paused."""
    paused = Endpoint.objects.filter(pk=endpoint_id, paused_at__isnull=False)
    return bool(paused.update(failures_in_row=0, paused_at=None, paused_until=None))
