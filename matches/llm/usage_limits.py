"""May this endpoint be asked now? Pause and budget, decided and written under the lock of its row.

What a request may cost at most is reserved before it is sent, in a transaction of its own: two workers
together never spend more than there is. The answer gives back what was not used; an answer that never
comes gives back nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from matches.forecasters.context import one_line
from matches.forecasters.llm import Messages
from matches.forecasters.openai_response import storable
from matches.llm.endpoint_config import EndpointConfig
from matches.llm.requests.chat_client import Reply
from matches.llm.requests.response_policy import ResponseOutcome
from matches.models import Asking, Call, Endpoint, Spending
from matches.models.endpoints import MOST_SECONDS

FAILURES = 5  # in a row, and it is paused
PER_MESSAGE = 64  # tokens that endpoints count around a message, and then some
LONGEST_RAW = 64_000
LONGEST_DETAIL = 300


class UsageRefused(Exception):
    """The endpoint must not be asked now. `until`: when it may be again, as far as that is known."""

    def __init__(self, reason: str, detail: str, *, until: datetime) -> None:
        self.reason, self.detail, self.until = reason, detail, until
        super().__init__(detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestToReserve:
    """A request to be let through: what for, and what it says."""

    purpose: str
    messages: Messages
    asking_id: int | None = None
    match_id: int | None = None
    goes_on: bool = False  # this asking was let through before: its own pause does not stop it


def reserve_request(
    endpoint_id: int, wanted: RequestToReserve, terms: EndpointConfig, *, now: datetime
) -> Call:
    """Reserve what the request may use, and write it down. Raises Refused; then nothing is written."""
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id)
        if not wanted.goes_on:
            _mind_the_pause(endpoint, now)
        tokens = most_tokens(wanted.messages, endpoint.max_tokens)
        cost = terms.cost(tokens - endpoint.max_tokens, endpoint.max_tokens)
        _reserve(endpoint, tokens, cost or Decimal(0), now)
        return Call.objects.create(
            endpoint=endpoint,
            asking_id=wanted.asking_id,
            match_id=wanted.match_id,
            purpose=wanted.purpose,
            host=terms.host,
            messages=wanted.messages,
            asked_at=now,
            reserved_tokens=tokens,
            reserved_cost=cost,
        )


def most_tokens(messages: Messages, answer: int) -> int:
    """More than a request can use: no tokeniser makes more tokens than there are bytes."""
    return sum(len(each["content"].encode()) + PER_MESSAGE for each in messages) + answer


def _mind_the_pause(endpoint: Endpoint, now: datetime) -> None:
    """Refuse while it lasts. Whoever comes first afterwards is the trial; the others wait for its end."""
    if endpoint.paused_until is None:
        return
    if now < endpoint.paused_until:
        detail = f"paused after {endpoint.failures_in_row} failures in a row"
        raise UsageRefused(Asking.Reason.PAUSED, detail, until=endpoint.paused_until)
    Endpoint.objects.filter(pk=endpoint.pk).update(paused_until=now + _trial(endpoint.timeout_seconds))


def _trial(timeout_seconds: int) -> timedelta:
    return timedelta(seconds=timeout_seconds + 30)


def longest_pause() -> timedelta:
    """Return the greatest time that an endpoint is paused for at once."""
    cooldown: timedelta = settings.LLM_COOLDOWN
    return max(cooldown, _trial(MOST_SECONDS))


def _reserve(endpoint: Endpoint, tokens: int, cost: Decimal, now: datetime) -> None:
    day = now.astimezone(UTC).date()
    spent, _ = Spending.objects.get_or_create(endpoint=endpoint, day=day)
    limits: tuple[tuple[str, Any, Any], ...] = (
        ("requests", endpoint.daily_requests, spent.requests + 1),
        ("tokens", endpoint.daily_tokens, spent.tokens + tokens),
        ("cost", endpoint.daily_cost, spent.cost + cost),
    )
    for what, limit, wanted in limits:
        if limit is not None and wanted > limit:
            tomorrow = datetime.combine(day + timedelta(days=1), time.min, tzinfo=UTC)
            detail = f"the day's limit of {what} is {limit}"
            raise UsageRefused(Asking.Reason.BUDGET, detail, until=tomorrow)
    _spend(endpoint.pk, day, requests=1, tokens=tokens, cost=cost)


def _spend(
    endpoint_id: int, day: Any, *, requests: int = 0, tokens: int = 0, cost: Decimal = Decimal(0)
) -> None:
    Spending.objects.filter(endpoint=endpoint_id, day=day).update(
        requests=F("requests") + requests, tokens=F("tokens") + tokens, cost=F("cost") + cost
    )


def record_usage(
    call: Call, reply: Reply, verdict: ResponseOutcome, terms: EndpointConfig, *, now: datetime
) -> None:
    """Write down what came back, and give back what was reserved and not used. Needs a transaction.

    An error of HTTP took nothing. Where an answer does not say how many tokens it took, or where none came,
    all that was reserved is counted.
    """
    said = verdict.completion
    tokens_in, tokens_out = (said.tokens_in, said.tokens_out) if said else (None, None)
    if reply.fault == Asking.Reason.HTTP_ERROR:
        tokens_in = tokens_out = 0
    cost = terms.cost(tokens_in, tokens_out)
    Call.objects.filter(pk=call.pk).update(
        answered_at=now,
        status=reply.status,
        raw=storable(reply.body.decode("utf-8", "replace"))[:LONGEST_RAW],
        text=said.text[:LONGEST_RAW] if said else "",
        model=said.model if said else "",
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        cost=cost,
        latency_ms=reply.latency_ms,
        fault=verdict.fault,
        detail=one_line(verdict.detail, LONGEST_DETAIL),
    )
    Endpoint.objects.select_for_update().get(pk=call.endpoint_id)  # the turn of whoever counts
    if tokens_in is not None and tokens_out is not None:
        less = (cost or Decimal(0)) - (call.reserved_cost or Decimal(0))
        day = call.asked_at.astimezone(UTC).date()
        _spend(call.endpoint_id, day, tokens=tokens_in + tokens_out - call.reserved_tokens, cost=less)


def note_success(endpoint_id: int) -> None:
    """It answered: no failures in a row, no pause. Needs a transaction."""
    Endpoint.objects.filter(pk=endpoint_id).update(failures_in_row=0, paused_at=None, paused_until=None)


def note_failure(endpoint_id: int, *, now: datetime) -> None:
    """It failed, through a fault of its own. The fifth in a row pauses it, and so does a failed trial."""
    endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id)
    failures = endpoint.failures_in_row + 1
    pause: dict[str, datetime] = {}
    if failures >= FAILURES:
        pause = {"paused_at": endpoint.paused_at or now, "paused_until": now + settings.LLM_COOLDOWN}
    Endpoint.objects.filter(pk=endpoint_id).update(failures_in_row=failures, **pause)


def end_trial(call: Call, *, now: datetime) -> None:
    """It neither answered in time nor failed through a fault of its own: the next one may try.

    Who was asked after the pause began is the trial.
    """
    trial = Endpoint.objects.filter(pk=call.endpoint_id, paused_at__lt=call.asked_at, paused_until__gt=now)
    trial.update(paused_until=now)


def resume(endpoint_id: int) -> bool:
    """An operator's word that it is well again; return whether it was paused."""
    paused = Endpoint.objects.filter(pk=endpoint_id, paused_at__isnull=False)
    return bool(paused.update(failures_in_row=0, paused_at=None, paused_until=None))
