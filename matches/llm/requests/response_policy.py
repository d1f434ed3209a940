"""What an answer is worth, and what follows from it: a pick, another request, or a miss. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from matches.forecasters.llm import CompleteForecast, Unusable, read_pick
from matches.forecasters.openai_response import BadCompletion, Completion, read_completion
from matches.llm.requests.chat_client import Reply
from matches.models.askings import Asking, Call

REPAIRS = 1
RETRIES = 2  # after errors of the endpoint that may pass
PAUSES = (30, 90)  # seconds before each, unless the endpoint names its own
# An answer needs some seconds, and a request that cannot be answered before the lock is not sent.
LAST_CALL = timedelta(seconds=10)

Reason = Asking.Reason


@dataclass(frozen=True, slots=True)
class ResponseOutcome:
    """A pick, or the fault why there is none."""

    completion: Completion | None = None
    pick: CompleteForecast | None = None
    fault: str = ""
    detail: str = ""


def read_reply(reply: Reply, accepted: frozenset[str]) -> ResponseOutcome:
    """What the right model said, or the fault. Whatever another one said is not even looked at."""
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
    """The pick in a reply, or the fault why there is none."""
    verdict = read_reply(reply, accepted)
    if verdict.completion is None or verdict.fault:
        return verdict
    try:
        return ResponseOutcome(verdict.completion, read_pick(verdict.completion.text))
    except Unusable as unusable:
        return unusable_text(verdict.completion, unusable)


def unusable_text(completion: Completion, why: Unusable) -> ResponseOutcome:
    """The verdict on a text that does not say what was asked for."""
    cut = "it was cut off at the limit of tokens, and " if completion.was_cut else ""
    return ResponseOutcome(completion, fault=Reason.INVALID, detail=f"{cut}{why}")


@dataclass(frozen=True, slots=True)
class NextRequest:
    """Another request: what it is, and not before when."""

    purpose: str
    at: datetime


def next_request(
    verdict: ResponseOutcome, reply: Reply, made: list[str], *, now: datetime, lock_at: datetime
) -> NextRequest | None:
    """The next request of a question that has no pick yet; None where it is missed.

    `made` are the purposes of its requests so far. One repair, and two retries after errors that may pass,
    each only if the lock leaves time.
    """
    following = None
    if verdict.fault == Reason.INVALID and made.count(Call.Purpose.REPAIR) < REPAIRS:
        following = NextRequest(Call.Purpose.REPAIR, now)
    elif reply.is_transient and (retries := made.count(Call.Purpose.AGAIN)) < RETRIES:
        pause = PAUSES[retries] if reply.retry_after is None else reply.retry_after
        following = NextRequest(Call.Purpose.AGAIN, now + timedelta(seconds=pause))
    return following if following and following.at < lock_at - LAST_CALL else None
