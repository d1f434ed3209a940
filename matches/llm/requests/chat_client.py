"""Client for OpenAI-compatible endpoints, based on the optional package `openai`. No database access.

Every failure of the endpoint is returned as a Reply: no response, a truncated one, or one that is too large.
Exceptions are raised only for problems on our side, such as a missing package.
"""

import threading
import time
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from core.http.outbound import AddressRefused
from matches.forecasters.llm import Messages
from matches.llm.secrets import INSTALL, Secret

GRACE = 1.0  # extra seconds for the package to report its own timeout
LONGEST_WAIT = 3600.0  # upper limit of Retry-After in seconds


class ClientMissing(RuntimeError):
    """The package `openai` is not installed."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request to one endpoint. `parameters` are added to the request body unchanged."""

    base_url: str
    key: Secret | None
    model: str
    messages: Messages
    timeout: float  # seconds for the whole request
    parameters: dict[str, Any] = field(default_factory=dict)


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


class Client(Protocol):
    """Interface of a client that sends requests to endpoints."""

    def require(self) -> None:
        """Raise ClientMissing if a dependency is missing. Called before usage is reserved."""
        ...

    def ask(self, request: Request) -> Reply: ...


class OpenAIClient:
    """Client based on the `openai` package, without its retries and redirects, with limits of time and size.

    The package's timeout applies between two chunks, so a slow sender could exceed it indefinitely. Therefore
    a thread sends the request, and the caller waits no longer than the timeout. The thread ends with the
    response or with the process.
    """

    def require(self) -> None:
        _package()

    def ask(self, request: Request) -> Reply:
        package = _package()
        answers: SimpleQueue[Reply | BaseException] = SimpleQueue()
        began = time.monotonic()
        threading.Thread(target=_answer_into, args=(answers, package, request, began), daemon=True).start()
        try:
            answer = answers.get(timeout=request.timeout + GRACE)
        except Empty:
            return Reply(
                _elapsed_ms(began),
                fault="timeout",
                detail=f"no whole answer within {request.timeout:.0f} s",
            )
        if isinstance(answer, BaseException):
            raise answer
        return answer


def _package() -> Any:
    try:
        import openai
    except ImportError as missing:
        raise ClientMissing(f"Language models need the package openai: {INSTALL}") from missing
    return openai


def _answer_into(answers: Any, package: Any, request: Request, began: float) -> None:
    try:
        answers.put(_ask(package, request, began))
    except BaseException as error:  # noqa: BLE001 - raised again in the waiting thread
        answers.put(error)


def _ask(package: Any, request: Request, began: float) -> Reply:
    from matches.llm.requests.transport import Oversized, http_client

    try:
        with (
            http_client(request.key, request.timeout) as http,
            _openai(package, request, http) as client,
        ):
            raw = client.chat.completions.with_raw_response.create(
                model=request.model, messages=request.messages, **request.parameters
            )
            return Reply(
                _elapsed_ms(began),
                body=_without_key(request.key, raw.content),
                status=raw.status_code,
            )
    except AddressRefused as refused:
        return Reply(_elapsed_ms(began), fault="connection", detail=str(refused))
    except package.APITimeoutError:
        return Reply(_elapsed_ms(began), fault="timeout", detail=f"no answer within {request.timeout:.0f} s")
    except package.APIStatusError as error:
        return _error_reply(error, request, began)
    except package.APIConnectionError as error:
        if isinstance(error.__cause__, Oversized):
            return Reply(_elapsed_ms(began), fault="too_large", detail=str(error.__cause__))
        return Reply(_elapsed_ms(began), fault="connection", detail=type(error.__cause__ or error).__name__)


def _openai(package: Any, request: Request, http: Any) -> Any:
    """Return a client for one request. transport.py removes headers set from OPENAI_* variables."""
    return package.OpenAI(
        base_url=request.base_url,
        api_key="none",  # the transport adds the real key, if there is one
        max_retries=0,
        timeout=request.timeout,
        http_client=http,
    )


def _error_reply(error: Any, request: Request, began: float) -> Reply:
    """Return the reply for a status of 300 or more. Its body is stored, but not quoted in messages."""
    response = error.response
    detail = f"HTTP {error.status_code}"
    if 300 <= error.status_code < 400:
        detail += ", a redirect, which is not followed"
    return Reply(
        _elapsed_ms(began),
        body=_without_key(request.key, response.content),
        status=error.status_code,
        fault="http_error",
        detail=detail,
        retry_after=_retry_after_seconds(response.headers.get("retry-after", "")),
    )


def _without_key(key: Secret | None, body: bytes) -> bytes:
    """Remove our key from the response, which is stored and shown: an endpoint may echo it."""
    return body.replace(key.reveal().encode(), b"[key]") if key else body


def _retry_after_seconds(retry_after: str) -> float | None:
    """Return the seconds of a Retry-After header, at most LONGEST_WAIT; None for dates or invalid values."""
    try:
        seconds = float(retry_after)
    except ValueError:
        return None
    return min(seconds, LONGEST_WAIT) if seconds >= 0 else None


def _elapsed_ms(began: float) -> int:
    return round(1000 * (time.monotonic() - began))
