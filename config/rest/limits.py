"""Rate limits: so many requests a minute of one key or one address, counted in Redis by the library `limits`.

While Redis is away nobody can count. Then reading goes on (fail open): a board that everybody may see is no
secret, and an outage of a doorbell should not take the site down. Submitting stops (fail closed, 503): a
bot gone wild must not fill the database while nobody looks, and a client can send the same again.
"""

import math
import threading
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpResponse
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import RateLimiter, SlidingWindowCounterRateLimiter
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from config.access.addresses import client_address
from config.rest.errors import Unavailable

log = structlog.get_logger("api")

PATIENCE = 0.5  # seconds for Redis to answer
AWAY = 5.0  # seconds for which a Redis that did not answer is not asked again


class TooMany(APIException):
    """The limit is reached; `wait` says for how many seconds."""

    status_code = 429

    def __init__(self, spent: "Spent") -> None:
        self.spent, self.wait = spent, spent.reset
        super().__init__(f"{spent.limit} {spent.name} a minute are allowed; try again in {spent.reset} s.")


@dataclass(frozen=True, slots=True)
class Spent:
    """What is left of a limit after this request."""

    name: str
    limit: int
    remaining: int
    reset: int  # seconds until there is more

    def put_on(self, response: HttpResponse) -> None:
        """As draft-ietf-httpapi-ratelimit-headers has it, and as everybody had it before."""
        response["RateLimit-Policy"] = f'"{self.name}";q={self.limit};w=60'
        response["RateLimit"] = f'"{self.name}";r={self.remaining};t={self.reset}'
        response["X-RateLimit-Limit"] = str(self.limit)
        response["X-RateLimit-Remaining"] = str(self.remaining)
        response["X-RateLimit-Reset"] = str(self.reset)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many of something a minute. `name` is a plain word: it is shown, and part of the key in Redis."""

    name: str
    setting: str
    open_without_redis: bool

    def spend(self, who: str) -> Spent | None:
        """Count one for them. Raises TooMany. Without Redis: raises Unavailable, or is None where open."""
        most: int = getattr(settings, self.setting)
        if most == 0:  # no limit
            return None
        item = RateLimitItemPerMinute(most, namespace="final-whistle")
        try:
            allowed, spent = self._count(item, who)
        except StorageError as error:
            _outage.begins(error)
            if self.open_without_redis:
                return None
            raise Unavailable(
                f"Requests cannot be counted just now, so no {self.name} are taken; try again in a minute."
            ) from error
        if not allowed:
            raise TooMany(spent)
        return spent

    def _count(self, item: RateLimitItem, who: str) -> tuple[bool, Spent]:
        if _outage.lasts():
            raise StorageError(ConnectionError("Redis did not answer a moment ago."))
        limiter = _limiter(settings.REDIS_URL)
        allowed = limiter.hit(item, self.name, who)
        window = limiter.get_window_stats(item, self.name, who)
        reset = max(1, math.ceil(window.reset_time - time.time()))
        return allowed, Spent(self.name, item.amount, max(0, window.remaining), reset)


class _Outage:
    """Whether this process found Redis away a moment ago: not every request shall wait for it."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = threading.Lock()

    def lasts(self) -> bool:
        return time.monotonic() < self._until

    def begins(self, error: StorageError) -> None:
        with self._lock:
            if not self.lasts():
                log.warning("redis is away, requests are not counted", error=str(error.storage_error))
                self._until = time.monotonic() + AWAY

    def is_over(self) -> None:
        self._until = 0.0


_outage = _Outage()


@cache
def _limiter(url: str) -> RateLimiter:
    """One pool of connections for a process. A sliding window: no double burst where two minutes meet."""
    options = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    uri = url.replace("unix://", "redis+unix://", 1) if url.startswith("unix://") else url
    return SlidingWindowCounterRateLimiter(storage_from_string(uri, wrap_exceptions=True, **options))


def shown_key(request: Request) -> Any:
    """The API key that a request showed, an ApiKey of the app below us; None without one."""
    return request.auth


def payer(request: Request) -> str:
    """Whose limit a request counts against: its key's, or its address's."""
    if (key := shown_key(request)) is not None:
        return f"key:{key.prefix}"
    return f"address:{client_address(request._request)}"


READS = Limit("reads", "API_READS_PER_MINUTE", open_without_redis=True)
WRITES = Limit("submissions", "API_WRITES_PER_MINUTE", open_without_redis=False)
STRANGERS = Limit("failed-keys", "API_FAILURES_PER_MINUTE", open_without_redis=True)
