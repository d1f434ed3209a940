"""Speaking to an OpenAI-compatible endpoint, by the `openai` package, an optional extra.

Whatever the other side does comes back as a Reply: it may say nothing, half of it, or megabytes of something
else. Only what is missing on our side is raised. Nothing here knows the database.
"""

import threading
import time
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from core.http.outbound import AddressRefused
from matches.forecasters.llm import Messages
from matches.llm.secrets import INSTALL, Secret

GRACE = 1.0  # seconds that the package gets beyond the limit to say itself that it is over
LONGEST_WAIT = 3600.0  # seconds that we let an endpoint ask us to wait


class ClientMissing(RuntimeError):
    """The package `openai` is not installed."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question to one endpoint. `parameters` go into the request's body as they are."""

    base_url: str
    key: Secret | None
    model: str
    messages: Messages
    timeout: float  # seconds for all of it
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: bytes with a status; or a fault (one of Asking.Reason) where nothing usable did."""

    latency_ms: int
    body: bytes = b""
    status: int | None = None
    fault: str = ""
    detail: str = ""
    retry_after: float | None = None  # seconds, where the endpoint named them

    @property
    def is_transient(self) -> bool:
        """Whether asking again later is worth it."""
        return self.fault == "connection" or self.status == 429 or (self.status or 0) >= 500


class Client(Protocol):
    """Anything that can put a question to an endpoint."""

    def require(self) -> None:
        """Raise ClientMissing where it lacks something: before anything is reserved for a request."""
        ...

    def ask(self, request: Request) -> Reply: ...


class OpenAIClient:
    """The `openai` package, without its own retries and redirects, and with limits of time and size.

    A time limit of the package counts from byte to byte, so one who drips them is never over: a thread asks,
    and we wait for it no longer than allowed. It ends with the other side, or with the process.
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
                _since(began), fault="timeout", detail=f"no whole answer within {request.timeout:.0f} s"
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
    except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits for it
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
            return Reply(_since(began), body=_without(request.key, raw.content), status=raw.status_code)
    except AddressRefused as refused:
        return Reply(_since(began), fault="connection", detail=str(refused))
    except package.APITimeoutError:
        return Reply(_since(began), fault="timeout", detail=f"no answer within {request.timeout:.0f} s")
    except package.APIStatusError as error:
        return _error(error, request, began)
    except package.APIConnectionError as error:
        if isinstance(error.__cause__, Oversized):
            return Reply(_since(began), fault="too_large", detail=str(error.__cause__))
        return Reply(_since(began), fault="connection", detail=type(error.__cause__ or error).__name__)


def _openai(package: Any, request: Request, http: Any) -> Any:
    """A client for this one request. It reads nothing from OPENAI_* that would be sent: see wire.py."""
    return package.OpenAI(
        base_url=request.base_url,
        api_key="none",  # the transport adds the real one, or none
        max_retries=0,
        timeout=request.timeout,
        http_client=http,
    )


def _error(error: Any, request: Request, began: float) -> Reply:
    """An answer with a status of 300 or more. Its text is kept, but not repeated in messages."""
    response = error.response
    detail = f"HTTP {error.status_code}"
    if 300 <= error.status_code < 400:
        detail += ", a redirect, which is not followed"
    return Reply(
        _since(began),
        body=_without(request.key, response.content),
        status=error.status_code,
        fault="http_error",
        detail=detail,
        retry_after=_seconds(response.headers.get("retry-after", "")),
    )


def _without(key: Secret | None, body: bytes) -> bytes:
    """An endpoint may send our key back; what it sends is kept and shown."""
    return body.replace(key.reveal().encode(), b"[key]") if key else body


def _seconds(retry_after: str) -> float | None:
    """Seconds as the header says them; a date, or nonsense, is as good as nothing."""
    try:
        seconds = float(retry_after)
    except ValueError:
        return None
    return min(seconds, LONGEST_WAIT) if seconds >= 0 else None


def _since(began: float) -> int:
    return round(1000 * (time.monotonic() - began))
