"""Check whether an endpoint is usable from this process, without sending a request."""

from importlib.util import find_spec

from django.db.models import QuerySet

from matches.llm.endpoint_config import EndpointConfig, NotConfigured
from matches.llm.secrets import INSTALL, KeyUnusable, key_of
from matches.models import Endpoint


def enabled() -> QuerySet[Endpoint]:
    return Endpoint.objects.filter(enabled=True).select_related("forecaster")


def fault_of(endpoint: Endpoint) -> str:
    """Return an error message if the endpoint is unusable or paused, else ""."""
    if find_spec("openai") is None:
        return f"the package openai is not installed: {INSTALL}"
    try:
        EndpointConfig.of(endpoint)
        key_of(endpoint)
    except (NotConfigured, KeyUnusable) as fault:
        return str(fault)
    if endpoint.paused_at and endpoint.paused_until:
        return (
            f"paused since {endpoint.paused_at:%Y-%m-%d %H:%M} UTC after {endpoint.failures_in_row} failures"
            f" in a row; tried again {endpoint.paused_until:%Y-%m-%d %H:%M} UTC"
        )
    return ""
