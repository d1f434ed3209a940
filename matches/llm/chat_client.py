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
GRACE = 1.0  # seconds in which httpx may report its own timeout


class UnacceptableBody(Exception):
    """The response is larger than MAX_BYTES, or compressed, so that its size is unknown."""


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

    httpx limits the time between two chunks only, so a slow sender could exceed the timeout indefinitely.
    Therefore a thread sends the request, and the caller waits no longer than the timeout. The thread ends
    with the response or with the process.
    """
    replies: SimpleQueue[Reply | BaseException] = SimpleQueue()
    began = time.monotonic()
    threading.Thread(target=_reply_into, args=(replies, request, began), daemon=True).start()
    try:
        reply = replies.get(timeout=request.timeout + GRACE)
    except Empty:
        return _timeout(request, began)
    if isinstance(reply, BaseException):
        raise reply
    return reply


def _reply_into(replies: SimpleQueue[Reply | BaseException], request: Request, began: float) -> None:
    try:
        replies.put(_reply(request, began))
    except BaseException as error:  # noqa: BLE001 - raised again in the waiting thread
        replies.put(error)


def _reply(request: Request, began: float) -> Reply:
    url = f"{request.base_url.rstrip('/')}/chat/completions"
    try:
        with (
            outbound.client(httpx.Timeout(request.timeout)) as client,
            client.stream("POST", url, headers=request.headers, json=request.body) as response,
        ):
            return _read(response, request.key, began)
    except httpx.TimeoutException:
        return _timeout(request, began)
    except UnacceptableBody as unacceptable:
        return Reply(_elapsed_ms(began), fault="too_large", detail=str(unacceptable))
    except outbound.AddressRefused as refused:
        return Reply(_elapsed_ms(began), fault="connection", detail=str(refused))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Reply(_elapsed_ms(began), fault="connection", detail=type(error).__name__)


def _read(response: httpx.Response, key: Secret | None, began: float) -> Reply:
    """Return the response as a reply; with a fault for a status of 300 or more."""
    body, status = _body(response), response.status_code
    if key:
        body = body.replace(
            key.reveal().encode(), b"[key]"
        )  # it is stored and shown; an endpoint may echo it
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


def _body(response: httpx.Response) -> bytes:
    """Return the whole body. Raises UnacceptableBody."""
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnacceptableBody("The response is compressed, although we requested an uncompressed one.")
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MAX_BYTES:
            raise UnacceptableBody(f"The response has more than {MAX_BYTES:,} bytes.")
    return body


def _retry_after_seconds(retry_after: str) -> float | None:
    """Return the seconds of a Retry-After header, limited to MAX_RETRY_AFTER; None if it is not a number."""
    try:
        seconds = float(retry_after)
    except ValueError:
        return None
    return min(seconds, MAX_RETRY_AFTER) if seconds >= 0 else None


def _timeout(request: Request, began: float) -> Reply:
    detail = f"no complete response within {request.timeout:.0f} s"
    return Reply(_elapsed_ms(began), fault="timeout", detail=detail)


def _elapsed_ms(began: float) -> int:
    return round(1000 * (time.monotonic() - began))
