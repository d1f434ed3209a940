"""GET /metrics, in the format requested by the Accept header."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client.exposition import choose_encoder

from ops.metrics.access import is_allowed
from ops.metrics.collector import PipelineCollector

CLOSED = (
    "Closed. Send `Authorization: Bearer $METRICS_TOKEN`, "
    "or ask from this machine, at 127.0.0.1 or localhost, without a proxy.\n"
)


def metrics(request: HttpRequest) -> HttpResponse:
    """Return current metrics. Nothing is stored in the process, so every web process returns the same."""
    if not is_allowed(request):
        return HttpResponse(CLOSED, status=403, content_type="text/plain; charset=utf-8")
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(PipelineCollector(timezone.now())), content_type=content_type)
