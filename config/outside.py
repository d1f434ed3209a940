"""Addresses of other people's services, to which we send a key. Pure: settings read it, too."""

from ipaddress import ip_address
from urllib.parse import urlsplit

LIKE = "like https://api.example.org/v1"
OF_ONES_OWN = (".local", ".internal", ".localhost")


def fault_of(url: str) -> str:
    """Why nothing should be sent there, as the end of a sentence; empty where all is well.

    Without TLS only machines of one's own are spoken to: this one, a private address, a name without dots.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port  # which may be no number
    except ValueError:
        return f"cannot be read: it must be {LIKE}"
    if parts.scheme not in ("http", "https") or not host:
        return f"must be {LIKE}"
    if parts.username is not None or parts.password is not None:
        return "must not hold a name or a password: the key is given on its own"
    if parts.query or parts.fragment:
        return "must end before ? and #"
    if parts.scheme == "http" and not _is_near(host):
        return "must begin with https://: only machines of one's own are spoken to without TLS"
    return ""


def _is_near(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(OF_ONES_OWN)
