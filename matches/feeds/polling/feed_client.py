"""One request to a feed: short time-outs, a limit of size, no redirects, and a token that nobody sees."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import orjson

from core.http import outbound

LARGEST = 16_000_000  # bytes of an answer; a season with all its goals has two million
LONGEST = 40  # seconds for all of it, however slowly it drips
TIMEOUT = httpx.Timeout(10, connect=5)
AGENT = "FinalWhistle"

SOON = timedelta(minutes=1)
HOUR = timedelta(hours=1)
HALF_A_DAY = timedelta(hours=12)
LONGEST_WAIT = timedelta(hours=24)  # however long a feed tells us to stay away


class NoAnswer(Exception):
    """The feed gave no answer that can be used. `outcome` is a word for the list of requests.

    `wait`: not before that much time has passed. `for_all`: it does not want to be asked at all until then.
    """

    def __init__(
        self, text: str, *, outcome: str, wait: timedelta | None = None, for_all: bool = False
    ) -> None:
        super().__init__(text)
        self.outcome, self.wait, self.for_all = outcome, wait, for_all


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedQuery:
    """What is asked. The token is not in its `repr`, nor in any error."""

    url: str
    token_header: str = ""
    token: str = field(default="", repr=False)
    etag: str = ""
    last_modified: str = ""

    @property
    def headers(self) -> dict[str, str]:
        wanted = {
            "User-Agent": AGENT,
            "Accept": "application/json",
            "If-None-Match": self.etag,
            "If-Modified-Since": self.last_modified,
            self.token_header: self.token,
        }
        return {name: value for name, value in wanted.items() if name and value}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResponse:
    """What came back: a document, or that it is what we have (`unchanged`)."""

    outcome: str
    size: int = 0
    document: Any = None
    unchanged: bool = False
    etag: str = ""
    last_modified: str = ""


def get(question: FeedQuery) -> FeedResponse:
    """Ask. Raises NoAnswer, and nothing else, whatever the other side does."""
    deadline = time.monotonic() + LONGEST
    try:
        with (
            outbound.client(TIMEOUT) as client,
            client.stream("GET", question.url, headers=question.headers) as response,
        ):
            if response.status_code == httpx.codes.NOT_MODIFIED and (question.etag or question.last_modified):
                return FeedResponse(outcome="304", unchanged=True)
            body = _body(response, deadline)
            _require_success(response, body, question)
            return _page(response, body)
    except httpx.TimeoutException:
        raise NoAnswer("it did not answer in time", outcome="timeout") from None
    except outbound.AddressRefused as refused:
        raise NoAnswer(str(refused), outcome="address refused", wait=HOUR) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoAnswer(f"it could not be reached ({type(error).__name__})", outcome="unreachable") from None


def _body(response: httpx.Response, deadline: float) -> bytes:
    """All of it, unless it is too long or takes too long."""
    parts, size = [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > LARGEST:
            raise NoAnswer(f"its answer has more than {LARGEST} bytes", outcome="too large", wait=HOUR)
        if time.monotonic() > deadline:
            raise NoAnswer(f"its answer took more than {LONGEST} s", outcome="too slow")
        parts.append(part)
    return b"".join(parts)


def _require_success(response: httpx.Response, body: bytes, question: FeedQuery) -> None:
    """Raise NoAnswer unless it is a 200, with what the feed says about that and how long to wait."""
    status, outcome = response.status_code, str(response.status_code)
    if status == httpx.codes.OK:
        return
    told = _told_wait(response.headers)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise NoAnswer(
            "it was asked too often (429)", outcome=outcome, wait=told or SOON, for_all=True
        ) from None
    if status >= 500:
        raise NoAnswer(f"it is out of order ({status})", outcome=outcome, wait=told)
    if 300 <= status < 400:
        raise NoAnswer(f"it sends us elsewhere ({status}), and we do not go", outcome=outcome, wait=HOUR)
    said = _message(body, question.token)
    if status == httpx.codes.NOT_FOUND:
        raise NoAnswer(f"it does not know this code (404){said}", outcome=outcome, wait=HALF_A_DAY)
    raise NoAnswer(f"it refuses us ({status}){said}", outcome=outcome, wait=told or HOUR)


def _told_wait(headers: Mapping[str, str]) -> timedelta | None:
    """How long to stay away: `Retry-After` in seconds or as a date, or one feed's own header for it."""
    written = headers.get("Retry-After") or headers.get("X-RequestCounter-Reset") or ""
    try:
        wait = timedelta(seconds=int(written))
    except (ValueError, OverflowError):
        wait = _until(written)
    return min(wait, LONGEST_WAIT) if wait > timedelta(0) else None


def _until(written: str) -> timedelta:
    try:
        at = parsedate_to_datetime(written)
    except ValueError:
        return timedelta(0)
    return at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)


def _message(body: bytes, token: str) -> str:
    """What a refusal says in words, in one line, without our token."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    text = said.get("message") or said.get("error") if isinstance(said, dict) else None
    if not isinstance(text, str):
        return ""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return f": {line.replace(token, '***') if token else line}"[:200]


def _page(response: httpx.Response, body: bytes) -> FeedResponse:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NoAnswer(f"its answer is no JSON ({error})", outcome="no JSON") from None
    return FeedResponse(
        outcome="200",
        size=len(body),
        document=document,
        etag=_mark(response, "ETag", 200),
        last_modified=_mark(response, "Last-Modified", 60),
    )


def _mark(response: httpx.Response, header: str, longest: int) -> str:
    """What the feed calls this state of its answer; nothing where we could not send that back as it is."""
    value: str = response.headers.get(header, "")
    return value if value.isascii() and len(value) <= longest else ""
