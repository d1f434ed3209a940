"""Cache of public responses, valid until the database changes and for at most MAX_AGE seconds.

A response that is the same for all clients is made once and then served from memory, before sessions, forms
and views run. Its validity is checked with PostgreSQL's snapshot, which lists all open transactions and the
last completed one. Two requests with the same snapshot see the same rows; a commit by any process changes the
snapshot. So no invalidation is needed, and a refreshed leaderboard is never followed by an older one. Parts
of a response that depend on the clock (a deadline that has passed, for example) may be MAX_AGE seconds old.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from core.db import sql
from core.http.compression import accepts_gzip

GetResponse = Callable[[HttpRequest], HttpResponseBase]
Key = tuple[str, ...]

MAX_AGE = 5  # seconds, also in the Cache-Control header of the API
SAFE = ("GET", "HEAD")
NOT_CACHED = ("/admin/", "/api/schema/", "/static/")  # private, or not made from the database
CLIENT_HEADERS = ("RateLimit", "X-RateLimit")  # of one client: a cached response counts against no limit
# Headers that a view may see: those of the cache key; the client's address, which rate limits count by; and
# cookies, which make a response private (it varies with Cookie).
VISIBLE_HEADERS = {
    *("HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_ACCEPT"),
    *("HTTP_X_FORWARDED_FOR", "HTTP_COOKIE"),
    "HTTP_ACCEPT_ENCODING",  # in the cache key as "gzip" or ""
}
_MARK = "_is_public"


def allow_page_cache(response: HttpResponseBase) -> None:
    """Mark a response as cacheable. It may depend only on URL, Accept headers, clock and database."""
    setattr(response, _MARK, True)


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """Headers and body of a response, valid until `until`, or until PostgreSQL's snapshot changes."""

    snapshot: str
    until: float
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def respond(self, request: HttpRequest) -> HttpResponseBase:
        """Return the cached response, or 304 if the client already has it."""
        response = HttpResponse(self.body)
        for name, value in self.headers:
            response.headers[name] = value
        return _or_not_modified(request, response)


class PageCache:
    """Cached responses of a process, least recently used first. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: OrderedDict[Key, CachedResponse] = OrderedDict()
        self._size = 0

    def get(self, key: Key, snapshot: str) -> CachedResponse | None:
        with self._lock:
            cached = self._entries.get(key)
            if cached is None or cached.snapshot != snapshot or cached.until < time.monotonic():
                return None
            self._entries.move_to_end(key)
            return cached

    def put(self, key: Key, cached: CachedResponse, *, max_size: int) -> None:
        with self._lock:
            self._remove(key)
            self._entries[key] = cached
            self._size += _size(key, cached)
            while self._size > max_size:
                self._remove(next(iter(self._entries)))

    def _remove(self, key: Key) -> None:
        former = self._entries.pop(key, None)
        self._size -= _size(key, former) if former else 0

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._size = 0


def _size(key: Key, cached: CachedResponse) -> int:
    """Return the size of an entry in bytes. The key is included, because clients can send long URLs."""
    return (
        len(cached.body) + sum(map(len, key)) + sum(len(name) + len(value) for name, value in cached.headers)
    )


cache = PageCache()


def page_cache_middleware(get_response: GetResponse) -> GetResponse:
    """Middleware: serve a valid cached response, or call the view and cache its response."""
    if not settings.PAGE_CACHE_SIZE:
        return get_response

    def middleware(request: HttpRequest) -> HttpResponseBase:
        snapshot = _snapshot() if _is_cacheable(request) else None
        if snapshot is None:
            return get_response(request)
        key = _key(request)
        cached = cache.get(key, snapshot)
        return cached.respond(request) if cached else _make(request, get_response, key, snapshot)

    return middleware


def _is_cacheable(request: HttpRequest) -> bool:
    """Return True for GET and HEAD without an Authorization header, except for paths in NOT_CACHED.

    A request with an API key may receive data that others must not see.
    """
    if "HTTP_AUTHORIZATION" in request.META:
        return False
    return request.method in SAFE and not request.path.startswith(NOT_CACHED)


def _key(request: HttpRequest) -> Key:
    """Return the cache key: all parts of the request that a response may depend on. Raises DisallowedHost."""
    return (
        request.scheme or "",
        request.get_host(),
        request.get_full_path(),
        request.META.get("HTTP_ACCEPT", ""),
        "gzip" if accepts_gzip(request) else "",
    )


def _snapshot() -> str | None:
    """Return PostgreSQL's snapshot, or None if the database is unavailable or a transaction is open.

    This query is the first one of a request, and it fails if the connection is dead. So the separate health
    check of CONN_HEALTH_CHECKS is skipped.
    """
    if connection.in_atomic_block:
        return None
    setattr(connection, "health_check_done", True)  # noqa: B010 - attribute of Django, unknown to its stubs
    try:
        return sql.snapshot()
    except (DatabaseError, InterfaceError):
        connection.close()
        return None


def _make(request: HttpRequest, get_response: GetResponse, key: Key, snapshot: str) -> HttpResponseBase:
    """Call the view with VISIBLE_HEADERS only; cache its response if it is the same for all clients.

    The view cannot read other headers, so the cached response does not depend on them. If-None-Match and
    other conditional headers are evaluated afterwards, so that the complete response is cached, not a 304.
    """
    hidden = {name: request.META.pop(name) for name in list(request.META) if _is_hidden(name)}
    response = get_response(request)
    request.META.update(hidden)
    if not isinstance(response, HttpResponse):
        return response
    if not _is_shared(response):
        return _or_not_modified(request, response)
    headers = tuple(each for each in response.headers.items() if not each[0].startswith(CLIENT_HEADERS))
    cached = CachedResponse(snapshot, time.monotonic() + MAX_AGE, headers, response.content)
    cache.put(key, cached, max_size=settings.PAGE_CACHE_SIZE)
    return _or_not_modified(request, response)


def _is_hidden(name: str) -> bool:
    return name.startswith("HTTP_") and name not in VISIBLE_HEADERS


def _or_not_modified(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the response, or 304 if the client already has it."""
    return get_conditional_response(request, etag=response.get("ETag"), response=response) or response


def _is_shared(response: HttpResponse) -> bool:
    """Return True if the response is marked by `allow_page_cache`, has status 200 and uses no cookie."""
    is_whole = response.status_code == 200 and not response.cookies
    return is_whole and getattr(response, _MARK, False) and "Cookie" not in response.get("Vary", "")
