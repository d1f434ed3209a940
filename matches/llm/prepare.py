"""From a match and a forecaster to the next step of their question: frozen, let through, made a request.

A run of the job makes one request. Where another one follows (a repair, or again after an error), the run
waits for its time and begins here anew, with the question that was frozen at first.
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
from matches.models import Asking, Call, Endpoint, Match
from matches.statuses import Status

Reason = Asking.Reason
BEGUN = (Status.LIVE, Status.FINISHED)
SPARE = 15  # seconds of a job's time that are not for waiting


class NothingToAsk(Exception):
    """There is no question here (any more). The message says why."""


def prepare(match_id: int, forecaster_id: int, *, now: datetime) -> Step:
    """The next step of the question to this forecaster about this match. Call it outside transactions.

    Freezes the question where it is new, and reserves its share of the budget. Raises NothingToAsk, and
    NotConfigured or KeyUnusable where an operator has to do something first.
    """
    match, endpoint = _wanted(match_id, forecaster_id)
    asking = prompts.existing_question(match, forecaster_id)
    if asking and asking.state != Asking.State.OPEN:
        raise NothingToAsk(f"It was asked about this kickoff already, and {asking.state}.")
    if match.status in BEGUN or now >= match.lock_at - LAST_CALL:
        return _too_late(asking or _never_made(match, forecaster_id, endpoint, now), now)
    terms, key = EndpointConfig.of(endpoint), key_of(endpoint)
    asking = asking or prompts.create_question(match, forecaster_id, model=terms.model, now=now)
    calls = _calls(asking, now=now)
    if len(calls) > response_policy.REPAIRS + response_policy.RETRIES:
        return Miss(asking, calls[-1].fault, calls[-1].detail)
    try:
        call = usage_limits.reserve_request(endpoint.pk, _next(asking, calls), terms, now=now)
    except UsageRefused as refused:
        return _refused(asking, calls, refused, match)
    seconds = min((match.lock_at - now).total_seconds(), ledger.time_limit(schedule.QUEUE) - SPARE)
    request = request_to(endpoint, terms, key, call.messages, schema=llm.SCHEMA, seconds=seconds)
    return SentRequest(asking=asking, call=call, terms=terms, request=request)


def _wanted(match_id: int, forecaster_id: int) -> tuple[Match, Endpoint]:
    """The match and the endpoint, where a question is wanted: the tables know, not the job."""
    match = Match.objects.filter(pk=match_id).first()
    endpoint = schedule.active().filter(forecaster=forecaster_id).first()
    if match is None or endpoint is None:
        raise NothingToAsk("There is no such match, or this forecaster is not asked any more.")
    if match.status not in BEGUN and not schedule.askable().filter(pk=match.pk).exists():
        raise NothingToAsk(f"The match is {match.status}.")
    if not schedule.is_active_for(endpoint, match):
        raise NothingToAsk("This forecaster is not active yet at that kickoff.")
    return match, endpoint


def _never_made(match: Match, forecaster_id: int, endpoint: Endpoint, now: datetime) -> Asking:
    return Asking(
        match=match,
        forecaster_id=forecaster_id,
        kickoff_at=match.kickoff_at,
        model=endpoint.model or settings.LLM_MODEL,
        frozen_at=now,
    )


def _too_late(asking: Asking, now: datetime) -> Miss:
    """A question that was never made is not frozen any more: by now more may be known than then."""
    locked = f"the match locked at {asking.match.lock_at:%Y-%m-%d %H:%M} UTC"
    return _given_up(asking, _calls(asking, now=now) if asking.pk else [], Reason.LOCKED, locked)


def _given_up(asking: Asking, calls: list[Call], reason: str, detail: str) -> Miss:
    """It is not asked again. Where it was answered badly before, that is why there is no pick."""
    if calls and calls[-1].fault in Asking.FAULTS:
        return Miss(asking, calls[-1].fault, f"{calls[-1].detail}; then {detail}")
    return Miss(asking, reason, detail)


def _calls(asking: Asking, *, now: datetime) -> list[Call]:
    """The requests made so far. One without an answer belonged to a worker that died: it is lost."""
    lost = {"answered_at": now, "fault": Reason.LOST, "detail": "the worker that had asked died"}
    asking.calls.filter(answered_at=None).update(**lost)
    return list(asking.calls.order_by("pk"))


def _next(asking: Asking, calls: list[Call]) -> RequestToReserve:
    """The question first; then with what was wrong, or the same once more."""
    purpose, messages = Call.Purpose.ASK, asking.messages
    if calls:
        last, repaired = calls[-1], any(call.purpose == Call.Purpose.REPAIR for call in calls)
        if last.fault == Reason.INVALID and not repaired:
            purpose, messages = Call.Purpose.REPAIR, llm.repair(asking.messages, last.text, last.detail)
        else:
            purpose, messages = Call.Purpose.AGAIN, last.messages
    return RequestToReserve(
        purpose=purpose,
        messages=messages,
        asking_id=asking.pk,
        match_id=asking.match_id,
        goes_on=bool(calls),
    )


def _refused(asking: Asking, calls: list[Call], refused: UsageRefused, match: Match) -> Step:
    """It waits, where that leaves time before the lock."""
    if refused.until < match.lock_at - LAST_CALL:
        return RetryLater(refused.until)
    return _given_up(asking, calls, refused.reason, refused.detail)
