"""Public answers are kept until the database changes, and never longer than a moment.

What everybody gets alike is made once and then sent again, before sessions, forms and views cost anything.
The proof that it is still true is PostgreSQL's own: its snapshot, which names every transaction that is still
open and the last one that is not. Two requests that see the same snapshot see the same rows; any commit, of
whichever process, changes it. So nothing has to be invalidated, and a board that was refreshed is never
followed by one from before. What an answer tells of the clock (a lock that has passed, say) may be KEEP old.
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

Answer = Callable[[HttpRequest], HttpResponseBase]
Key = tuple[str, ...]

KEEP = 5.0  # seconds, as Cache-Control says of the API
SAFE = ("GET", "HEAD")
NOT_KEPT = ("/admin/", "/api/docs/", "/api/schema/")  # one reader's own, or not made of the database
ONES_OWN = ("RateLimit", "X-RateLimit")  # headers: an answer that is kept costs nobody anything
# Headers that a view may see: those of the cache key; the client's address, which rate limits count by; and
# cookies, which make a response private (it varies with Cookie).
PASSED_ON = {"HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_ACCEPT", "HTTP_X_FORWARDED_FOR", "HTTP_COOKIE"}
_MARK = "_everybody_gets_the_same"


def allow_page_cache(response: HttpResponseBase) -> None:
    """Mark an answer that depends on its address, the Accept header, the clock and the database alone."""
    setattr(response, _MARK, True)


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """An answer as bytes, and what was so when it was made."""

    snapshot: str
    until: float
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def respond(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, or a 304 for whoever has it already."""
        response = HttpResponse(self.body)
        for name, value in self.headers:
            response.headers[name] = value
        return _unless_known(request, response)


class PageCache:
    """The answers that were asked for last, as many as fit. For all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, CachedResponse] = OrderedDict()
        self._size = 0

    def get(self, key: Key, snapshot: str) -> CachedResponse | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.snapshot != snapshot or kept.until < time.monotonic():
                return None
            self._kept.move_to_end(key)
            return kept

    def put(self, key: Key, kept: CachedResponse, *, room: int) -> None:
        with self._lock:
            self._forget(key)
            self._kept[key] = kept
            self._size += _size(key, kept)
            while self._size > room:
                self._forget(next(iter(self._kept)))

    def _forget(self, key: Key) -> None:
        former = self._kept.pop(key, None)
        self._size -= _size(key, former) if former else 0

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._size = 0


def _size(key: Key, kept: CachedResponse) -> int:
    """Return the size of an entry in bytes. The key counts, too: a client chooses how long it is."""
    return len(kept.body) + sum(map(len, key)) + sum(len(name) + len(value) for name, value in kept.headers)


shelf = PageCache()


def page_cache_middleware(get_response: Answer) -> Answer:
    """Middleware: send a kept answer while it is true, else let it be made and keep it."""
    if not settings.ANSWERS_KEPT:
        return get_response

    def middleware(request: HttpRequest) -> HttpResponseBase:
        snapshot = _snapshot() if _may_be_kept(request) else None
        if snapshot is None:
            return get_response(request)
        key = _key(request)
        kept = shelf.get(key, snapshot)
        return kept.respond(request) if kept else _made(request, get_response, key, snapshot)

    return middleware


def _may_be_kept(request: HttpRequest) -> bool:
    """Not for who shows a key: that may see what others may not."""
    if "HTTP_AUTHORIZATION" in request.META:
        return False
    return request.method in SAFE and not request.path.startswith(NOT_KEPT)


def _key(request: HttpRequest) -> Key:
    """Everything that an answer may depend on beside the database. Raises DisallowedHost."""
    return (
        request.scheme or "",
        request.get_host(),
        request.get_full_path(),
        request.META.get("HTTP_ACCEPT", ""),
    )


def _snapshot() -> str | None:
    """What the database looks like now; None where it is away, or where we are inside a transaction.

    It is the first query of a request, and fails where the connection is dead: no need to try that before,
    as CONN_HEALTH_CHECKS does.
    """
    if connection.in_atomic_block:
        return None
    setattr(connection, "health_check_done", True)  # noqa: B010 - Django's own, unknown to its stubs
    try:
        return sql.snapshot()
    except (DatabaseError, InterfaceError):
        connection.close()
        return None


def _made(request: HttpRequest, get_response: Answer, key: Key, snapshot: str) -> HttpResponseBase:
    """Make the whole response from what the cache key names, and cache it if it is the same for all readers.

    The view does not receive any other header, so none can end up in the cache. Conditional requests are
    answered from the whole response afterwards.
    """
    withheld = {name: request.META.pop(name) for name in list(request.META) if _is_withheld(name)}
    response = get_response(request)
    request.META.update(withheld)
    if not isinstance(response, HttpResponse):
        return response
    if not _is_shared(response):
        return _unless_known(request, response)
    headers = tuple(each for each in response.headers.items() if not each[0].startswith(ONES_OWN))
    kept = CachedResponse(snapshot, time.monotonic() + KEEP, headers, response.content)
    shelf.put(key, kept, room=settings.ANSWERS_KEPT)
    return _unless_known(request, response)


def _is_withheld(name: str) -> bool:
    return name.startswith("HTTP_") and name not in PASSED_ON


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer, or the 304 for a reader who has it."""
    return get_conditional_response(request, etag=response.get("ETag"), response=response) or response


def _is_shared(response: HttpResponse) -> bool:
    """Marked, complete, and without anything of one reader's own."""
    is_whole = response.status_code == 200 and not response.cookies
    return is_whole and getattr(response, _MARK, False) and "Cookie" not in response.get("Vary", "")
