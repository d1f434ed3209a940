"""Where a request comes from, in a way that the client cannot make up."""

import re
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

IPV6_SITE = 64  # bits; a household gets at least that many addresses, so it counts as one client
# 203.0.113.16:1000, [2001:db8::1]:443 or [2001:db8::1]: some proxies write the client's port, too.
WITH_PORT = re.compile(r"\[(?P<v6>[^\[\]]+)\](:\d{1,5})?|(?P<v4>[\d.]+):\d{1,5}", re.ASCII)


def client_address(request: HttpRequest) -> str | None:
    """The address that login failures are counted by: an IPv4 address, or the /64 of an IPv6 one.

    X-Forwarded-For is read only when PROXY_COUNT says how many proxies of ours stand in front: each of
    them appends whom it spoke to, so the entry that many places from the right is the first which we
    wrote ourselves. All to the left of it is the client's own claim. Where there are fewer entries, the
    request came around the proxies, and the peer's address counts; so it does where the entry is no address,
    with or without a port. None where there is none (a socket).
    """
    peer = request.META.get("REMOTE_ADDR", "")
    claimed = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    proxies = settings.PROXY_COUNT
    seen = claimed[-proxies] if 0 < proxies <= len(claimed) else peer
    return throttle_key(_without_port(seen)) or throttle_key(peer)


def _without_port(text: str) -> str:
    found = WITH_PORT.fullmatch(text)
    return found["v6"] or found["v4"] if found else text


def throttle_key(text: str) -> str | None:
    """Under what an address is stored: itself, or the first of its /64. None if it is no address."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), IPV6_SITE), strict=False).network_address)
