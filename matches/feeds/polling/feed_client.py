"""HTTP client for feeds: short timeouts, a size limit, no redirects; the token never appears in errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import orjson

from core.http import outbound

MAX_BYTES = 16_000_000  # bytes of a response; a season with all its goals has two million
MAX_SECONDS = 40  # seconds for the whole response, also if it arrives slowly
TIMEOUT = httpx.Timeout(10, connect=5)
USER_AGENT = "FinalWhistle"

DEFAULT_WAIT = timedelta(minutes=1)
HOUR = timedelta(hours=1)
HALF_A_DAY = timedelta(hours=12)
LONGEST_WAIT = timedelta(hours=24)  # upper limit for the wait that a feed requests
WAITS = {"too large": HOUR, "address refused": HOUR}  # after requests that would fail again soon


class NoAnswer(Exception):
    """The feed sent no usable response; the message is the reason.

    `outcome` is a short form of the reason for the request log. `wait` is the minimum time until the next
    request of this subscription or, if `for_all` is True, of all subscriptions of the feed.
    """

    def __init__(
        self, text: str, *, outcome: str, wait: timedelta | None = None, for_all: bool = False
    ) -> None:
        super().__init__(text)
        self.outcome, self.wait, self.for_all = outcome, wait, for_all


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedQuery:
    """A request to a feed. The token is excluded from `repr` and from errors."""

    url: str
    token_header: str = ""
    token: str = field(default="", repr=False)
    etag: str = ""
    last_modified: str = ""

    @property
    def headers(self) -> dict[str, str]:
        wanted = {
            "User-Agent": USER_AGENT,
            "Accept": "application/json",
            "If-None-Match": self.etag,
            "If-Modified-Since": self.last_modified,
            self.token_header: self.token,
        }
        return {name: value for name, value in wanted.items() if name and value}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResponse:
    """Response of a feed. After a 304 (Not Modified), `unchanged` is True and there is no document."""

    outcome: str
    size: int = 0
    document: Any = None
    unchanged: bool = False
    etag: str = ""
    last_modified: str = ""


def get(query: FeedQuery) -> FeedResponse:
    """Send the request and return the response. Raises NoAnswer for every network, HTTP and JSON error."""
    try:
        response, body = outbound.fetch(
            "GET",
            query.url,
            headers=query.headers,
            timeout=TIMEOUT,
            max_bytes=MAX_BYTES,
            max_seconds=MAX_SECONDS,
        )
    except outbound.RequestFailed as failed:
        raise NoAnswer(str(failed), outcome=failed.outcome, wait=WAITS.get(failed.outcome)) from None
    if response.status_code == httpx.codes.NOT_MODIFIED and (query.etag or query.last_modified):
        return FeedResponse(outcome="304", unchanged=True)
    _require_success(response, body, query)
    return _parse(response, body)


def _require_success(response: httpx.Response, body: bytes, query: FeedQuery) -> None:
    """Raise NoAnswer if the status is not 200.

    The exception contains the reason and, if known, the time to wait.
    """
    status, outcome = response.status_code, str(response.status_code)
    if status == httpx.codes.OK:
        return
    requested_wait = _requested_wait(response.headers)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise NoAnswer(
            "too many requests (429)", outcome=outcome, wait=requested_wait or DEFAULT_WAIT, for_all=True
        ) from None
    if status >= 500:
        raise NoAnswer(f"server error ({status})", outcome=outcome, wait=requested_wait)
    if 300 <= status < 400:
        raise NoAnswer(
            f"it redirects to another URL ({status}), which is not followed", outcome=outcome, wait=HOUR
        )
    message = _error_message(body, query.token)
    if status == httpx.codes.NOT_FOUND:
        raise NoAnswer(f"the code was not found (404){message}", outcome=outcome, wait=HALF_A_DAY)
    raise NoAnswer(
        f"the request was rejected ({status}){message}", outcome=outcome, wait=requested_wait or HOUR
    )


def _requested_wait(headers: Mapping[str, str]) -> timedelta | None:
    """Return the wait that the response headers request, at most LONGEST_WAIT, or None if they request none.

    The headers are `Retry-After` (seconds or a date), else `X-RequestCounter-Reset` of football-data.org.
    """
    header_value = headers.get("Retry-After") or headers.get("X-RequestCounter-Reset") or ""
    try:
        wait = timedelta(seconds=int(header_value))
    except (ValueError, OverflowError):
        wait = _until(header_value)
    return min(wait, LONGEST_WAIT) if wait > timedelta(0) else None


def _until(header_value: str) -> timedelta:
    try:
        at = parsedate_to_datetime(header_value)
    except ValueError:
        return timedelta(0)
    return at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)


def _error_message(body: bytes, token: str) -> str:
    """Return the error message in the body with the prefix ": ", or an empty string without a message.

    The message is one line, in which the token is masked.
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    text = document.get("message") or document.get("error") if isinstance(document, dict) else None
    if not isinstance(text, str):
        return ""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return f": {line.replace(token, '***') if token else line}"[:200]


def _parse(response: httpx.Response, body: bytes) -> FeedResponse:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NoAnswer(f"the response is not JSON ({error})", outcome="no JSON") from None
    return FeedResponse(
        outcome="200",
        size=len(body),
        document=document,
        etag=_validator(response, "ETag", 200),
        last_modified=_validator(response, "Last-Modified", 60),
    )


def _validator(response: httpx.Response, header: str, longest: int) -> str:
    """Return the header's value (ETag or Last-Modified), or "" if it is missing, too long or not ASCII."""
    value: str = response.headers.get(header, "")
    return value if value.isascii() and len(value) <= longest else ""
