"""503 responses with Retry-After while the database is unavailable: HTML, or problem+json under /api/.

An outage is not a bug, so it is logged as a warning and not reported as an error. The client can repeat the
request.
"""

import sys
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

import psycopg
import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from redis.exceptions import RedisError

from core.api import problems
from core.management.base import RUN_DOCTOR, database_name, first_line

GetResponse = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger("django.db")

RETRY_AFTER = 10  # seconds
DETAIL = f"The database does not answer at the moment; try again in {RETRY_AFTER} s."
# SQLSTATE classes: connection lost, resources used up (connections, disk, memory), shutdown or startup.
OUTAGE_SQLSTATES = ("08", "53", "57P")


class DatabaseOutage:
    """Middleware: return 503 if a view fails because the database is unavailable."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return unavailable(request, error) if is_outage(error) else None


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the response for an error that no view or middleware handled (Django's handler500).

    This is 503 if the database became unavailable in middleware, e.g. when a session was loaded; else 500.
    """
    error = sys.exc_info()[1]
    if error is not None and is_outage(error):
        return unavailable(request, error)
    return problems.server_error(request)


def is_outage(error: BaseException | None) -> bool:
    """Return True if the error, or any of its causes, means that the database is unavailable."""
    while error is not None:
        if isinstance(error, psycopg.Error) and error.sqlstate:
            return error.sqlstate.startswith(OUTAGE_SQLSTATES)
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
            return True  # no response from the server at all
        if isinstance(error, OperationalError | InterfaceError) and error.__cause__ is None:
            return True
        error = error.__cause__
    return False


def outage_message(error: BaseException) -> str:
    """Return a one-line message about an outage of the database or Redis; "" for other errors."""
    if is_outage(error):
        return f"{database_name()} does not answer: {first_line(error)} {RUN_DOCTOR}"
    if isinstance(error, RedisError):
        parts = urlsplit(settings.REDIS_URL)
        where = f"{parts.hostname}:{parts.port or 6379}" if parts.hostname else parts.path
        return f"Redis at {where} does not answer: {first_line(error)} Start it, or correct REDIS_URL."
    return ""


def unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Return 503 and close unusable connections, so that the next request opens a new one."""
    log.warning("the database is unavailable", path=request.path, error=str(error).strip().partition("\n")[0])
    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()
    if request.path.startswith(problems.API):
        response: HttpResponse = problems.problem(request, HTTPStatus.SERVICE_UNAVAILABLE, DETAIL)
    else:
        page = render_to_string("503.html", {"seconds": RETRY_AFTER})
        response = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
        response.headers["Cache-Control"] = "no-store"
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would add an error to the warning
    return response
