"""Determine the next step for a match and forecaster: create the question and prepare the next request.

Each run of the job sends one request. If another one follows (a repair, or a retry after an error), the job
is postponed. Its next run starts here again, with the stored question.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction

from core.pipeline import ledger
from matches.forecasters import llm
from matches.llm import schedule, usage_limits
from matches.llm.chat_client import Reply, Request
from matches.llm.endpoint_config import EndpointConfig
from matches.llm.response_policy import LOCK_MARGIN, REPAIRS, RETRIES
from matches.llm.usage_limits import UsageRefused
from matches.match_context import context_of_matches
from matches.models import Endpoint, LLMQuestion, LLMRequest, Match
from matches.statuses import PLAYED

Reason = LLMQuestion.Reason
RESERVED_SECONDS = 15  # of the job's time limit, for work other than the request


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Step: send the next request not before `until`. The question stays open."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Miss:
    """Step: close the question without a prediction and without another request."""

    question: LLMQuestion
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRequest:
    """Step: send this request. `reply` is set when the response has arrived."""

    question: LLMQuestion
    call: LLMRequest
    config: EndpointConfig
    request: Request
    reply: Reply = field(default_factory=lambda: Reply(0))


Step = RetryLater | Miss | PreparedRequest


class NoQuestionDue(Exception):
    """The forecaster must not be asked about the match now. The message states the reason."""


def prepare(match_id: int, forecaster_id: int, *, now: datetime) -> Step:
    """Return the next step of this forecaster's question about this match. Call it outside transactions.

    Creates the question if it does not exist. If the step is a request, reserves its usage. Raises
    NoQuestionDue if the forecaster must not be asked now, or NotConfigured if an operator must complete the
    configuration.
    """
    match, endpoint = _find_match_and_endpoint(match_id, forecaster_id)
    question = LLMQuestion.objects.filter(
        match=match, forecaster=forecaster_id, kickoff_at=match.kickoff_at
    ).first()
    if question and question.state != LLMQuestion.State.OPEN:
        raise NoQuestionDue(f"The question about this kickoff was {question.state} already.")
    if match.status in PLAYED or now >= match.lock_at - LOCK_MARGIN:
        return _miss_after_lock(question or _unsaved_question(match, forecaster_id, endpoint, now), now)
    config = EndpointConfig.of(endpoint)
    question = question or create_question(match, forecaster_id, model=config.model, now=now)
    calls = _requests_so_far(question, now=now)
    if len(calls) > REPAIRS + RETRIES:
        return Miss(question, calls[-1].fault, calls[-1].detail)
    call = _next_call(question, calls)
    try:
        usage_limits.reserve_request(config, call, now=now, ignore_pause=bool(calls))
    except UsageRefused as refused:
        if refused.until < match.lock_at - LOCK_MARGIN:
            return RetryLater(refused.until)
        return _miss(question, calls, refused.reason, refused.detail)
    time_left = ledger.time_limit(schedule.QUEUE) - RESERVED_SECONDS
    seconds = min((match.lock_at - now).total_seconds(), time_left)
    request = config.request(call.messages, schema=llm.SCHEMA, seconds=seconds)
    return PreparedRequest(question=question, call=call, config=config, request=request)


def create_question(match: Match, forecaster_id: int, *, model: str, now: datetime) -> LLMQuestion:
    """Create the question with its context and prompt, and commit it. Return an existing one unchanged."""
    with transaction.atomic():
        context = context_of_matches([match.pk], now=now)[match.pk]
        messages = llm.build_prompt(context)
        question, _ = LLMQuestion.objects.get_or_create(  # concurrent attempts must share one question
            match=match,
            forecaster_id=forecaster_id,
            kickoff_at=match.kickoff_at,
            defaults={
                "model": model,
                "context": context,
                "messages": messages,
                "prompt_hash": llm.prompt_hash(messages),
                "frozen_at": now,
            },
        )
        return question


def _find_match_and_endpoint(match_id: int, forecaster_id: int) -> tuple[Match, Endpoint]:
    """Return the match and the forecaster's enabled endpoint.

    Raises NoQuestionDue if one of them does not exist, if the match has no valid kickoff, or if the
    forecaster is not active by the kickoff.
    """
    match = Match.objects.filter(pk=match_id).first()
    endpoint = schedule.active_endpoints().filter(forecaster=forecaster_id).first()
    if match is None or endpoint is None:
        raise NoQuestionDue("The match does not exist, or the forecaster has no enabled endpoint (any more).")
    if match.status not in PLAYED and not schedule.predictable_matches().filter(pk=match.pk).exists():
        raise NoQuestionDue(f"The match is {match.status}.")
    if not schedule.is_active_for(endpoint, match):
        raise NoQuestionDue("The forecaster is not active yet at that kickoff.")
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
    """Return the miss of a question whose match has locked.

    Creates no prompt, because a prompt could contain facts from after the lock.
    """
    locked = f"the match locked at {question.match.lock_at:%Y-%m-%d %H:%M} UTC"
    calls = _requests_so_far(question, now=now) if question.pk else []
    return _miss(question, calls, Reason.LOCKED, locked)


def _miss(question: LLMQuestion, calls: list[LLMRequest], reason: str, detail: str) -> Miss:
    """Return a miss with `reason`, or with the last request's fault if the model or endpoint caused it."""
    if calls and calls[-1].fault in LLMQuestion.FAULTS:
        return Miss(question, calls[-1].fault, f"{calls[-1].detail}; then {detail}")
    return Miss(question, reason, detail)


def _requests_so_far(question: LLMQuestion, *, now: datetime) -> list[LLMRequest]:
    """Return the question's requests. Marks those without a response as lost, because their worker died."""
    lost = {"answered_at": now, "fault": Reason.LOST, "detail": "the worker that sent the request died"}
    question.requests.filter(answered_at=None).update(**lost)
    return list(question.requests.order_by("pk"))


def _next_call(question: LLMQuestion, calls: list[LLMRequest]) -> LLMRequest:
    """Return the next request, unsaved.

    The first request contains the prompt. After an invalid answer, one repair request quotes the error.
    Otherwise the last request is repeated.
    """
    purpose, messages = LLMRequest.Purpose.ASK, question.messages
    if calls:
        last, repaired = calls[-1], any(call.purpose == LLMRequest.Purpose.REPAIR for call in calls)
        if last.fault == Reason.INVALID and not repaired:
            purpose = LLMRequest.Purpose.REPAIR
            messages = llm.build_repair_prompt(question.messages, last.text, last.detail)
        else:
            purpose, messages = LLMRequest.Purpose.AGAIN, last.messages
    return LLMRequest(question=question, match_id=question.match_id, purpose=purpose, messages=messages)
