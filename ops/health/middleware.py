"""Middleware for the probes /healthz/, /readyz/ and /metrics.

It runs before all other middleware, because load balancers and scrapers on the private network differ from
browsers: their Host header is an IP address that is not in ALLOWED_HOSTS, they use http and must not be
redirected to https, and they have no session.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from ops.health import dependencies
from ops.health.dependencies import Dependencies
from ops.metrics.view import metrics

View = Callable[[HttpRequest], HttpResponse]

CACHE_SECONDS = 1.0  # lifetime of a readiness result: at most one check per second, even if flooded


def healthz(request: HttpRequest) -> HttpResponse:
    """Return 200 if this process runs. Dependencies are not checked: a restart would not fix them."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """Return 200 if this process can serve requests, else 503; the body lists each dependency."""
    found = readiness.get()
    body = {"status": "ready" if found.ready else "not ready", "dependencies": asdict(found)}
    return JsonResponse(body, status=200 if found.ready else 503)


class ReadinessCache:
    """Cache of the readiness check; concurrent callers share one check."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cached: tuple[float, Dependencies] | None = None

    def get(self) -> Dependencies:
        with self._lock:
            if self._cached is None or time.monotonic() - self._cached[0] > CACHE_SECONDS:
                found = dependencies.check_dependencies()
                self._cached = (time.monotonic(), found)
            return self._cached[1]

    def clear(self) -> None:
        self._cached = None


readiness = ReadinessCache()
PROBES: dict[str, View] = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}


def probe_middleware(get_response: View) -> View:
    """Respond to probes (with or without a trailing slash) and pass on all other requests."""

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
