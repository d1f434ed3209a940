"""/healthz/, /readyz/ and /metrics: what machines ask a web process about itself.

Answered before any other middleware, because who asks is a load balancer or a scraper on the private
network: it knows our IP address rather than a name in ALLOWED_HOSTS, speaks http where people are
sent to https, and has no session.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from ops.health import dependencies
from ops.health.dependencies import Dependencies
from ops.metrics.view import metrics

Answer = Callable[[HttpRequest], HttpResponse]

KEEP = 1.0  # seconds for which an answer about readiness stands: a flood of probes costs one look


def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers. Asks nobody else: restarting it would not mend the database."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """Whether requests may be sent here: 200 or 503, each dependency by its name."""
    found = _recent.look()
    body = {"status": "ready" if found.ready else "not ready", "dependencies": asdict(found)}
    return JsonResponse(body, status=200 if found.ready else 503)


class Recent:
    """One look at a time, however many ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: tuple[float, Dependencies] | None = None

    def look(self) -> Dependencies:
        with self._lock:
            if self._seen is None or time.monotonic() - self._seen[0] > KEEP:
                found = dependencies.check_dependencies()
                self._seen = (time.monotonic(), found)
            return self._seen[1]

    def forget(self) -> None:
        self._seen = None


_recent = Recent()
PROBES: dict[str, Answer] = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}


def probe_middleware(get_response: Answer) -> Answer:
    """Middleware: answer a probe, pass everything else on. With or without a slash at the end."""

    def middleware(request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info.removesuffix("/"))
        if probe is None:
            return get_response(request)
        allowed = request.method in ("GET", "HEAD")
        response = probe(request) if allowed else HttpResponseNotAllowed(["GET", "HEAD"])
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return middleware
