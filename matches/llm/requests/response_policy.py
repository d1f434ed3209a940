"""Classify responses and decide what follows: a prediction, another request, or a miss. Pure functions."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from matches.forecasters.llm import CompleteForecast, Unusable, read_pick
from matches.forecasters.openai_response import BadCompletion, Completion, read_completion
from matches.llm.requests.chat_client import Reply
from matches.models.llm import LLMQuestion, LLMRequest

REPAIRS = 1
RETRIES = 2  # after transient errors of the endpoint
PAUSES = (30, 90)  # seconds before each retry, unless the endpoint sends Retry-After
# A response takes some seconds, so no request is sent this close to the lock.
LAST_CALL = timedelta(seconds=10)

Reason = LLMQuestion.Reason


@dataclass(frozen=True, slots=True)
class ResponseOutcome:
    """A prediction, or the fault that prevented one."""

    completion: Completion | None = None
    pick: CompleteForecast | None = None
    fault: str = ""
    detail: str = ""


def read_reply(reply: Reply, accepted: frozenset[str]) -> ResponseOutcome:
    """Parse the reply. The fault is set for an invalid response, a refusal, or a model not in `accepted`."""
    if reply.fault:
        return ResponseOutcome(fault=reply.fault, detail=reply.detail)
    try:
        completion = read_completion(reply.body)
    except BadCompletion as unreadable:
        return ResponseOutcome(fault=Reason.INVALID, detail=str(unreadable))
    if completion.model not in accepted:
        named = f"{completion.model!r} answered" if completion.model else "the answer names no model"
        return ResponseOutcome(completion, fault=Reason.OTHER_MODEL, detail=named)
    if completion.is_refusal:
        why = completion.refusal or "its endpoint's content filter"
        return ResponseOutcome(completion, fault=Reason.REFUSAL, detail=why)
    return ResponseOutcome(completion)


def evaluate_reply(reply: Reply, accepted: frozenset[str]) -> ResponseOutcome:
    """Return the prediction in a reply, or the fault that prevented one."""
    verdict = read_reply(reply, accepted)
    if verdict.completion is None or verdict.fault:
        return verdict
    try:
        return ResponseOutcome(verdict.completion, read_pick(verdict.completion.text))
    except Unusable as unusable:
        return unusable_text(verdict.completion, unusable)


def unusable_text(completion: Completion, why: Unusable) -> ResponseOutcome:
    """Return the outcome for a text without the requested content, noting if it was truncated."""
    cut = "it was cut off at the limit of tokens, and " if completion.was_cut else ""
    return ResponseOutcome(completion, fault=Reason.INVALID, detail=f"{cut}{why}")


@dataclass(frozen=True, slots=True)
class NextRequest:
    """Purpose and earliest time of another request."""

    purpose: str
    at: datetime


def next_request(
    verdict: ResponseOutcome, reply: Reply, made: list[str], *, now: datetime, lock_at: datetime
) -> NextRequest | None:
    """Return the next request of a question without a prediction, or None if the question is missed.

    `made` lists the purposes of its requests so far. Allows one repair, and two retries after transient
    errors, each only if there is time before the lock.
    """
    following = None
    if verdict.fault == Reason.INVALID and made.count(LLMRequest.Purpose.REPAIR) < REPAIRS:
        following = NextRequest(LLMRequest.Purpose.REPAIR, now)
    elif reply.is_transient and (retries := made.count(LLMRequest.Purpose.AGAIN)) < RETRIES:
        pause = PAUSES[retries] if reply.retry_after is None else reply.retry_after
        following = NextRequest(LLMRequest.Purpose.AGAIN, now + timedelta(seconds=pause))
    return following if following and following.at < lock_at - LAST_CALL else None
