"""Who may read the metrics: whoever knows METRICS_TOKEN, or a program on this very machine."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.crypto import constant_time_compare

# A proxy on this machine makes every request local. It says for whom it speaks in one of these.
FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")


def is_allowed(request: HttpRequest) -> bool:
    """Whether the request bears the token; or was made on this machine, to this machine, without a proxy."""
    authorization = request.headers.get("Authorization", "")
    return bears_token(authorization) if authorization else is_local(request)


def bears_token(authorization: str) -> bool:
    """Always false while METRICS_TOKEN is unset."""
    scheme, _, token = authorization.partition(" ")
    known = constant_time_compare(token.strip(), settings.METRICS_TOKEN)
    return bool(settings.METRICS_TOKEN) and scheme.lower() == "bearer" and known


def is_local(request: HttpRequest) -> bool:
    """The name asked for counts as well: a proxy, or a web page in a browser here, asks for its own."""
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
