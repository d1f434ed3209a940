"""Determine the next step of a question: freeze it, reserve its usage, and build the request.

Each run of the job makes one request. If another one follows (a repair, or a retry after an error), the job
is postponed and starts here again, with the question as it was first frozen.
"""

from datetime import datetime

from django.conf import settings

from core.pipeline import ledger
from matches.forecasters import llm
from matches.llm import prompts, schedule, usage_limits
from matches.llm.endpoint_config import EndpointConfig
from matches.llm.requests import response_policy
from matches.llm.requests.builder import request_to
from matches.llm.requests.response_policy import LAST_CALL
from matches.llm.requests.types import Miss, RetryLater, SentRequest, Step
from matches.llm.secrets import key_of
from matches.llm.usage_limits import RequestToReserve, UsageRefused
from matches.models import Endpoint, LLMQuestion, LLMRequest, Match
from matches.statuses import Status

Reason = LLMQuestion.Reason
BEGUN = (Status.LIVE, Status.FINISHED)
SPARE = 15  # seconds of the job's time limit that are reserved for work other than the request


class NothingToAsk(Exception):
    """No question is due (any more). The message states the reason."""


def prepare(match_id: int, forecaster_id: int, *, now: datetime) -> Step:
    """Return the next step of this forecaster's question about this match. Call it outside transactions.

    Freezes the question if it is new, and reserves the usage of the request. Raises NothingToAsk, or
    NotConfigured or KeyUnusable if an operator must act first.
    """
    match, endpoint = _find_match_and_endpoint(match_id, forecaster_id)
    question = prompts.existing_question(match, forecaster_id)
    if question and question.state != LLMQuestion.State.OPEN:
        raise NothingToAsk(f"It was asked about this kickoff already, and {question.state}.")
    if match.status in BEGUN or now >= match.lock_at - LAST_CALL:
        return _miss_after_lock(question or _unsaved_question(match, forecaster_id, endpoint, now), now)
    terms, key = EndpointConfig.of(endpoint), key_of(endpoint)
    question = question or prompts.create_question(match, forecaster_id, model=terms.model, now=now)
    calls = _requests_so_far(question, now=now)
    if len(calls) > response_policy.REPAIRS + response_policy.RETRIES:
        return Miss(question, calls[-1].fault, calls[-1].detail)
    try:
        call = usage_limits.reserve_request(endpoint.pk, _next_request(question, calls), terms, now=now)
    except UsageRefused as refused:
        return _wait_or_give_up(question, calls, refused, match)
    seconds = min((match.lock_at - now).total_seconds(), ledger.time_limit(schedule.QUEUE) - SPARE)
    request = request_to(endpoint, terms, key, call.messages, schema=llm.SCHEMA, seconds=seconds)
    return SentRequest(question=question, call=call, terms=terms, request=request)


def _find_match_and_endpoint(match_id: int, forecaster_id: int) -> tuple[Match, Endpoint]:
    """Return the match and the endpoint. Raises NothingToAsk if, by now, no question is due for them."""
    match = Match.objects.filter(pk=match_id).first()
    endpoint = schedule.active().filter(forecaster=forecaster_id).first()
    if match is None or endpoint is None:
        raise NothingToAsk("There is no such match, or this forecaster is not asked any more.")
    if match.status not in BEGUN and not schedule.askable().filter(pk=match.pk).exists():
        raise NothingToAsk(f"The match is {match.status}.")
    if not schedule.is_active_for(endpoint, match):
        raise NothingToAsk("This forecaster is not active yet at that kickoff.")
    return match, endpoint


def _unsaved_question(match: Match, forecaster_id: int, endpoint: Endpoint, now: datetime) -> LLMQuestion:
    return LLMQuestion(
        match=match,
        forecaster_id=forecaster_id,
        kickoff_at=match.kickoff_at,
        model=endpoint.model or settings.LLM_MODEL,
        frozen_at=now,
    )


def _miss_after_lock(question: LLMQuestion, now: datetime) -> Miss:
    """Return the miss after the lock, without freezing a new question: it could contain later information."""
    locked = f"the match locked at {question.match.lock_at:%Y-%m-%d %H:%M} UTC"
    return _miss(question, _requests_so_far(question, now=now) if question.pk else [], Reason.LOCKED, locked)


def _miss(question: LLMQuestion, calls: list[LLMRequest], reason: str, detail: str) -> Miss:
    """Return a miss. If the last response was at fault, that fault is the reason, not the given one."""
    if calls and calls[-1].fault in LLMQuestion.FAULTS:
        return Miss(question, calls[-1].fault, f"{calls[-1].detail}; then {detail}")
    return Miss(question, reason, detail)


def _requests_so_far(question: LLMQuestion, *, now: datetime) -> list[LLMRequest]:
    """Return the requests made so far. One without a response is marked as lost: its worker died."""
    lost = {"answered_at": now, "fault": Reason.LOST, "detail": "the worker that had asked died"}
    question.requests.filter(answered_at=None).update(**lost)
    return list(question.requests.order_by("pk"))


def _next_request(question: LLMQuestion, calls: list[LLMRequest]) -> RequestToReserve:
    """Return the next request: the question, then a repair that quotes the fault, or the last one again."""
    purpose, messages = LLMRequest.Purpose.ASK, question.messages
    if calls:
        last, repaired = calls[-1], any(call.purpose == LLMRequest.Purpose.REPAIR for call in calls)
        if last.fault == Reason.INVALID and not repaired:
            purpose, messages = (
                LLMRequest.Purpose.REPAIR,
                llm.repair(question.messages, last.text, last.detail),
            )
        else:
            purpose, messages = LLMRequest.Purpose.AGAIN, last.messages
    return RequestToReserve(
        purpose=purpose,
        messages=messages,
        question_id=question.pk,
        match_id=question.match_id,
        goes_on=bool(calls),
    )


def _wait_or_give_up(
    question: LLMQuestion, calls: list[LLMRequest], refused: UsageRefused, match: Match
) -> Step:
    """Wait until the limit or the pause ends if that is before the lock, else give up."""
    if refused.until < match.lock_at - LAST_CALL:
        return RetryLater(refused.until)
    return _miss(question, calls, refused.reason, refused.detail)
