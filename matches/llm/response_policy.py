"""Classify responses and decide what follows: a prediction, another request, or a miss. Pure functions."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from matches.forecasters.llm import CompleteForecast, InvalidAnswer, parse_forecast
from matches.forecasters.openai_response import Completion, InvalidCompletion, parse_completion
from matches.llm.chat_client import Reply
from matches.models.llm import LLMQuestion, LLMRequest

REPAIRS = 1
RETRIES = 2  # after transient errors of the endpoint
RETRY_DELAYS = (30, 90)  # seconds before each retry, unless the endpoint sends Retry-After
LOCK_MARGIN = timedelta(seconds=10)  # before the lock no request is sent: a response takes some seconds

Reason = LLMQuestion.Reason
NO_MODEL = "the response names no model"


@dataclass(frozen=True, slots=True)
class ResponseOutcome:
    """Outcome of a reply: the completion and its forecast, or a fault."""

    completion: Completion | None = None
    forecast: CompleteForecast | None = None
    fault: str = ""
    detail: str = ""


def parse_reply(reply: Reply, accepted: frozenset[str]) -> ResponseOutcome:
    """Parse the reply as a completion; the forecast in its text is not parsed.

    The outcome has a fault if there is no valid response, if the model refused, or if the response names a
    model that is not in `accepted`.
    """
    if reply.fault:
        return ResponseOutcome(fault=reply.fault, detail=reply.detail)
    try:
        completion = parse_completion(reply.body)
    except InvalidCompletion as invalid:
        return ResponseOutcome(fault=Reason.INVALID, detail=str(invalid))
    if completion.model not in accepted:
        named = f"the response names the model {completion.model!r}" if completion.model else NO_MODEL
        return ResponseOutcome(completion, fault=Reason.OTHER_MODEL, detail=named)
    if completion.is_refusal:
        reason = completion.refusal or "blocked by the endpoint's content filter"
        return ResponseOutcome(completion, fault=Reason.REFUSAL, detail=reason)
    return ResponseOutcome(completion)


def evaluate_reply(reply: Reply, accepted: frozenset[str]) -> ResponseOutcome:
    """Return the forecast in a reply, or the fault that prevented one. `accepted` are model names."""
    outcome = parse_reply(reply, accepted)
    if outcome.completion is None or outcome.fault:
        return outcome
    try:
        return ResponseOutcome(outcome.completion, parse_forecast(outcome.completion.text))
    except InvalidAnswer as invalid:
        return invalid_answer(outcome.completion, invalid)


def invalid_answer(completion: Completion, error: InvalidAnswer) -> ResponseOutcome:
    """Return the outcome of an answer without the requested content.

    Its detail contains the error and, if the answer was cut off at the token limit, a note about that.
    """
    truncated = "the answer was cut off at the token limit, and " if completion.was_cut else ""
    return ResponseOutcome(completion, fault=Reason.INVALID, detail=f"{truncated}{error}")


def next_request_at(
    outcome: ResponseOutcome, reply: Reply, purposes: list[str], *, now: datetime, lock_at: datetime
) -> datetime | None:
    """Return the due time of the question's next request, or None if no other request follows.

    An invalid answer is repaired once, and transient errors are retried twice, each only if there is time
    before the lock. `purposes` are the purposes of all requests so far.
    """
    due_at = None
    if outcome.fault == Reason.INVALID and purposes.count(LLMRequest.Purpose.REPAIR) < REPAIRS:
        due_at = now
    elif reply.is_transient and (retries := purposes.count(LLMRequest.Purpose.AGAIN)) < RETRIES:
        delay = RETRY_DELAYS[retries] if reply.retry_after is None else reply.retry_after
        due_at = now + timedelta(seconds=delay)
    return due_at if due_at and due_at < lock_at - LOCK_MARGIN else None
