"""Rate limits per API key or client address and minute, counted in Redis with the library `limits`.

The windows are fixed and begin with each minute of the clock, so a request is counted in one round trip. The
sliding window of the library needs two, which made an uncached read of a leaderboard about a quarter slower.
The drawback: around the turn of a minute, a client may use the limits of both minutes within seconds.

Without Redis, requests cannot be counted. Reads are then allowed (fail open): leaderboards are public, and an
outage of Redis should not take the site down. Submissions are refused (fail closed, 503): a faulty bot must
not fill the database, and a client can repeat its request.
"""

import threading
import time
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import structlog
from django.conf import settings
from django.http import HttpResponse
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from core.accounts.client_ip import client_address
from core.api.exceptions import Unavailable

log = structlog.get_logger("api")

WINDOW = 60  # seconds
REDIS_TIMEOUT = 0.5  # seconds
PAUSE = 5.0  # seconds without further attempts after a failure of Redis


class RateLimitExceeded(APIException):
    """The limit is reached; `wait` is the number of seconds until it is reset."""

    status_code = 429

    def __init__(self, state: "RateLimitState") -> None:
        self.state, self.wait = state, state.reset
        super().__init__(
            f"Too many requests with an invalid key; try again in {state.reset} s."
            if state.name == FAILED_KEYS.name
            else f"{state.limit} {state.name} a minute are allowed; try again in {state.reset} s."
        )


@dataclass(frozen=True, slots=True)
class RateLimitState:
    """The state of a limit after this request."""

    name: str
    limit: int
    remaining: int
    reset: int  # seconds until the limit is reset

    def add_headers(self, response: HttpResponse) -> None:
        """Set the headers of draft-ietf-httpapi-ratelimit-headers, and the older X-RateLimit ones."""
        response["RateLimit-Policy"] = f'"{self.name}";q={self.limit};w=60'
        response["RateLimit"] = f'"{self.name}";r={self.remaining};t={self.reset}'
        response["X-RateLimit-Limit"] = str(self.limit)
        response["X-RateLimit-Remaining"] = str(self.remaining)
        response["X-RateLimit-Reset"] = str(self.reset)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Limit per minute. `name` is a plain word: it is shown to clients, and part of the key in Redis."""

    name: str
    setting: str
    allow_without_redis: bool

    def count(self, client: str) -> RateLimitState | None:
        """Count one request and return the state of the limit, or None if there is no limit.

        Raises RateLimitExceeded if the request exceeds the limit. If Redis is unavailable, returns None if
        `allow_without_redis` is set, else raises Unavailable.
        """
        limit: int = getattr(settings, self.setting)
        if limit == 0:
            return None
        try:
            requests, reset = self._increment(client, now=time.time())
        except StorageError as error:
            _outage.begin(error)
            if self.allow_without_redis:
                return None
            raise Unavailable(
                f"Requests cannot be counted just now, so no {self.name} are accepted; try again in a minute."
            ) from error
        state = RateLimitState(self.name, limit, max(0, limit - requests), reset)
        if requests > limit:
            raise RateLimitExceeded(state)
        return state

    def _increment(self, client: str, *, now: float) -> tuple[int, int]:
        """Count a request. Returns the requests of this minute and the seconds until the next minute.

        Raises StorageError if Redis is unavailable.
        """
        if _outage.is_active():
            raise StorageError(ConnectionError("Redis was unavailable a moment ago."))
        minute, second = divmod(int(now), WINDOW)
        counted = _storage(settings.REDIS_URL).incr(f"final-whistle/{self.name}/{client}/{minute}", WINDOW)
        return counted, WINDOW - second


class _Outage:
    """Circuit breaker of this process: after a failure, Redis is not tried for PAUSE seconds."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = threading.Lock()

    def is_active(self) -> bool:
        return time.monotonic() < self._until

    def begin(self, error: StorageError) -> None:
        with self._lock:
            if not self.is_active():
                log.warning("redis is unavailable, requests are not counted", error=str(error.storage_error))
                self._until = time.monotonic() + PAUSE

    def end(self) -> None:
        self._until = 0.0


_outage = _Outage()


@cache
def _storage(url: str) -> Storage:
    """Return the counters in Redis, with one connection pool per process."""
    options = {"socket_timeout": REDIS_TIMEOUT, "socket_connect_timeout": REDIS_TIMEOUT}
    uri = url.replace("unix://", "redis+unix://", 1) if url.startswith("unix://") else url
    return cast(Storage, storage_from_string(uri, wrap_exceptions=True, **options))


def api_key_of(request: Request) -> Any:
    """Return the request's API key (an ApiKey of the app `matches`), or None."""
    return request.auth


def rate_limit_key(request: Request) -> str:
    """Return the text that identifies the client: its API key's prefix, or its address if it has no key."""
    if (key := api_key_of(request)) is not None:
        return f"key:{key.prefix}"
    return f"address:{client_address(request._request)}"


READS = RateLimit("reads", "API_READS_PER_MINUTE", allow_without_redis=True)
WRITES = RateLimit("submissions", "API_WRITES_PER_MINUTE", allow_without_redis=False)
FAILED_KEYS = RateLimit("failed-keys", "API_FAILURES_PER_MINUTE", allow_without_redis=True)
