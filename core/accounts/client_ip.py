"""Address of the client that sent a request. A client cannot forge it with X-Forwarded-For."""

import re
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

IPV6_SITE = 64  # bits; a household usually has a whole /64, so it counts as one client
# 203.0.113.16:1000, [2001:db8::1]:443 or [2001:db8::1]: some proxies append the client's port.
WITH_PORT = re.compile(r"\[(?P<v6>[^\[\]]+)\](:\d{1,5})?|(?P<v4>[\d.]+):\d{1,5}", re.ASCII)


def client_address(request: HttpRequest) -> str | None:
    """Return the client's address, by which failed logins and requests are counted.

    An IPv6 address is replaced by the first address of its /64 network. Returns None if there is no address
    (a Unix socket).

    The peer is the other end of the connection. Without trusted proxies (PROXY_COUNT = 0), the peer is the
    client. Otherwise the client's address is the PROXY_COUNT-th entry of X-Forwarded-For from the right: each
    proxy appends the address of its peer, so the outermost trusted proxy wrote this entry, and the client can
    forge only entries to the left of it. If the entry is missing (the request bypassed the proxies) or is not
    an address, the address of the peer is used. A port in the entry is ignored.
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
    """Return the address by which requests are counted, or None if the text is not an IP address.

    An IPv4-mapped IPv6 address (::ffff:192.0.2.1) becomes the IPv4 address. Any other IPv6 address becomes
    the first address of its /64 network.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), IPV6_SITE), strict=False).network_address)
