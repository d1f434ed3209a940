"""Syntax checks for URLs of external services. Without DNS, because settings and forms use them.

`core.http.outbound` checks the addresses of a host when a request is sent.
"""

import re
from urllib.parse import urlsplit

from core.http.ip_addresses import Reach, embeds_ipv4, parse, reach

LIKE = "like https://api.example.org/v1"
OWN_SUFFIXES = (".local", ".internal", ".localhost")
PORTS = {"http": 80, "https": 443}
SPECIAL = "must not be a link-local, metadata or reserved address"
WITHOUT_TLS = "must begin with https://: without TLS only this machine and private addresses are allowed"
_METADATA_NAMES = {"metadata", "metadata.google.internal", "metadata.goog", "instance-data"}
_NAME = re.compile(r"(?!-)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")


def url_error(url: str) -> str:
    """Return an error message (sentence fragment) if the URL must not be used, else ""."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return f"cannot be read: it must be {LIKE}"
    if not (url.isascii() and url.isprintable()) or set(url) & set(" \\"):
        return "must consist of ASCII letters, digits and signs, without spaces and backslashes"
    if parts.scheme not in PORTS or not host or port == 0:
        return f"must be {LIKE}"
    if parts.username is not None or parts.password is not None:
        return "must not contain a user name or password: the key has a setting of its own"
    if parts.query or parts.fragment:
        return "must not contain ? or #"
    return host_error(host) or ("" if parts.scheme == "https" or _may_be_own(host) else WITHOUT_TLS)


def host_error(host: str) -> str:
    """Return an error message (sentence fragment) if no request may go to this host, else "".

    Notations that only some resolvers accept as an IPv4 address, e.g. 0x7f000001, are refused, because they
    hide the address.
    """
    address = parse(host)
    if address:
        if embeds_ipv4(address):
            return "must contain the IPv4 address itself, not an IPv6 notation of it"
        return SPECIAL if reach(address) is Reach.REFUSED else ""
    if not _NAME.fullmatch(host.lower()):
        return "must contain a host name of ASCII letters, digits, hyphens and dots, or an IP address"
    name = host.lower().rstrip(".")
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        return "must contain a host name, or an IPv4 address as four decimal numbers such as 192.168.1.20"
    return SPECIAL if name in _METADATA_NAMES or name.startswith("instance-data.") else ""


def origin_of(url: str) -> str:
    """Return scheme, host and port, e.g. "https://api.example.org:443"; "" if the URL cannot be used."""
    if not url or url_error(url):
        return ""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{parts.port or PORTS[parts.scheme]}"


def _may_be_own(host: str) -> bool:
    """Return True for a private address and for names that usually belong to a private network."""
    if address := parse(host):
        return reach(address) is Reach.OWN
    name = host.rstrip(".")
    return "." not in name or name.endswith(OWN_SUFFIXES)
