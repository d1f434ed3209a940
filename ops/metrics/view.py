"""GET /metrics. A request must have the METRICS_TOKEN or come from this machine.

If PostgreSQL or Redis is unreachable, its metrics are omitted and its `dependency_up` is 0.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from ops.health import dependencies
from ops.metrics import freshness, job_counts, sources
from ops.metrics.helpers import gauge

# Requests through a proxy on this machine look local; a proxy adds at least one of these headers.
FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
REFUSED = (
    "Access refused. Send `Authorization: Bearer $METRICS_TOKEN`, "
    "or request it on this machine, at 127.0.0.1 or localhost, without a proxy.\n"
)


def metrics(request: HttpRequest) -> HttpResponse:
    """Return current metrics, in the format that the Accept header requests.

    This process stores no counts, so it makes no difference which web process responds.
    """
    if not is_allowed(request):
        return HttpResponse(REFUSED, status=403, content_type="text/plain; charset=utf-8")
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(PipelineCollector(timezone.now())), content_type=content_type)


def is_allowed(request: HttpRequest) -> bool:
    """Return True if the request has the token, or is local and not sent through a proxy.

    A request with an Authorization header needs the token, even if it is local.
    """
    authorization = request.headers.get("Authorization", "")
    return has_token(authorization) if authorization else is_local(request)


def has_token(authorization: str) -> bool:
    """Return True if the header contains METRICS_TOKEN as bearer token; always False while it is unset."""
    scheme, _, token = authorization.partition(" ")
    is_right = constant_time_compare(token.strip(), settings.METRICS_TOKEN)
    return bool(settings.METRICS_TOKEN) and scheme.lower() == "bearer" and is_right


def is_local(request: HttpRequest) -> bool:
    """Return True if client address and Host header are loopback and no proxy header is present.

    The Host header is checked to reject requests via a local proxy or browser (DNS rebinding).
    """
    if any(name in request.headers for name in FORWARDED):
        return False
    host = split_domain_port(request.META.get("HTTP_HOST", ""))[0].strip("[]")
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and (host == "localhost" or _is_loopback(host))


def _is_loopback(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


STATEMENT_TIMEOUT = 5  # seconds; Prometheus gives up after ten


@dataclass(frozen=True, slots=True)
class PipelineCollector(Collector):
    """All metric families, read from PostgreSQL and Redis when `collect` is called."""

    now: datetime

    def collect(self) -> Iterator[Metric]:
        found = dependencies.check_dependencies()
        from_redis = _call_or_none(self._from_redis) if found.redis == "ok" else None
        from_database = _call_or_none(self._from_database) if found.ready else None
        up = {"database": from_database is not None, "redis": from_redis is not None}
        text = "1 if the server responds. Otherwise the metrics that are read from it are missing."
        yield gauge("dependency_up", text, ["dependency"], up)
        yield from from_redis or []
        yield from from_database or []

    def _from_redis(self) -> list[Metric]:
        return list(job_counts.workers(self.now))

    def _from_database(self) -> list[Metric]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}s'")
            families = (job_counts.families, freshness.families, sources.families)
            return [metric for read in families for metric in read(self.now)]


def _call_or_none(read: Callable[[], list[Metric]]) -> list[Metric] | None:
    try:
        return read()
    except (DatabaseError, RedisError):
        return None
