"""Client for OpenAI-compatible endpoints (chat completions). No database access.

Every failure of the endpoint is returned as a Reply: no response, a truncated one, or one that is too large.
"""

import threading
import time
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

import httpx

from core.http import outbound
from matches.forecasters.llm import Messages
from matches.llm.secrets import Secret

MAX_BYTES = 1_000_000  # of a response; a forecast has a few hundred
MAX_RETRY_AFTER = 3600.0  # seconds
GRACE = 1.0  # seconds in which the thread may report the timeout itself
FAULTS = {"timeout": "timeout", "too slow": "timeout", "too large": "too_large"}  # others: connection


@dataclass(frozen=True, slots=True)
class Request:
    """One request to one endpoint. `parameters` are added to the request body unchanged."""

    base_url: str
    key: Secret | None
    model: str
    messages: Messages
    timeout: float  # seconds for the whole request
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def headers(self) -> dict[bytes, bytes]:
        headers = {b"Accept-Encoding": b"identity"}  # prevents decompression bombs
        if self.key:
            headers[b"Authorization"] = f"Bearer {self.key.reveal()}".encode()
        return headers

    @property
    def body(self) -> dict[str, Any]:
        return {"model": self.model, "messages": self.messages, **self.parameters}


@dataclass(frozen=True, slots=True)
class Reply:
    """Response body and status, or a fault (one of LLMQuestion.Reason) if there is no usable response."""

    latency_ms: int
    body: bytes = b""
    status: int | None = None
    fault: str = ""
    detail: str = ""
    retry_after: float | None = None  # seconds, if the endpoint sent the header

    @property
    def is_transient(self) -> bool:
        """True if a retry may succeed."""
        return self.fault == "connection" or self.status == 429 or (self.status or 0) >= 500


def send(request: Request) -> Reply:
    """Send the request and return the reply. May take minutes, so call it outside transactions.

    httpx limits the time between two reads only, so slow headers could exceed the timeout indefinitely.
    Therefore a thread sends the request, and the caller waits no longer than the timeout. The thread ends
    with the response or with the process.
    """
    replies: SimpleQueue[Reply | BaseException] = SimpleQueue()
    began = time.monotonic()
    threading.Thread(target=_reply_into, args=(replies, request, began), daemon=True).start()
    try:
        reply = replies.get(timeout=request.timeout + GRACE)
    except Empty:
        detail = f"no complete response within {request.timeout:.0f} s"
        return Reply(_elapsed_ms(began), fault="timeout", detail=detail)
    if isinstance(reply, BaseException):
        raise reply
    return reply


def _reply_into(replies: SimpleQueue[Reply | BaseException], request: Request, began: float) -> None:
    try:
        replies.put(_reply(request, began))
    except BaseException as error:  # noqa: BLE001 - raised again in the waiting thread
        replies.put(error)


def _reply(request: Request, began: float) -> Reply:
    """Send the request and return the reply. Without a response with status 2xx, the reply has a fault."""
    try:
        response, body = outbound.fetch(
            "POST",
            f"{request.base_url.rstrip('/')}/chat/completions",
            headers=request.headers,
            json=request.body,
            timeout=httpx.Timeout(request.timeout),
            max_bytes=MAX_BYTES,
            max_seconds=request.timeout,
        )
    except outbound.RequestFailed as failed:
        return Reply(_elapsed_ms(began), fault=FAULTS.get(failed.outcome, "connection"), detail=str(failed))
    if request.key:  # the body is stored and shown; an endpoint may echo the key
        body = body.replace(request.key.reveal().encode(), b"[key]")
    status = response.status_code
    if response.is_success:
        return Reply(_elapsed_ms(began), body=body, status=status)
    redirect = ", a redirect, which is not followed" if response.is_redirect else ""
    return Reply(
        _elapsed_ms(began),
        body=body,
        status=status,
        fault="http_error",
        detail=f"HTTP {status}{redirect}",
        retry_after=_retry_after_seconds(response.headers.get("Retry-After", "")),
    )


def _retry_after_seconds(retry_after: str) -> float | None:
    """Return the seconds of a Retry-After header, limited to MAX_RETRY_AFTER; None if it is not a number."""
    try:
        seconds = float(retry_after)
    except ValueError:
        return None
    return min(seconds, MAX_RETRY_AFTER) if seconds >= 0 else None


def _elapsed_ms(began: float) -> int:
    return round(1000 * (time.monotonic() - began))
