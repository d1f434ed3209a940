"""HTTP client for external services: every request is sent by a transport of this module.

The host name is resolved once, every address is checked, and the connection goes to a checked address; TLS
and the Host header still use the name. So a name that resolves differently a second time (DNS rebinding)
cannot lead to an unchecked address. Proxies from the environment are ignored: a proxy would resolve the name
itself.
"""

import socket
import time
from typing import Any

import httpx

from core.http.ip_addresses import Reach, parse, reach
from core.http.outbound_urls import SPECIAL, WITHOUT_TLS, host_error

MOST_ADDRESSES = 4  # tried per request; each may take the whole connect timeout


class AddressRefused(Exception):
    """Requests to this host are not allowed. The message contains the host, the address and the reason."""


class NameUnknown(Exception):
    """The host name does not resolve."""


def checked_addresses(host: str, port: int, *, without_tls: bool) -> list[str]:
    """Resolve the host and return its addresses, at most MOST_ADDRESSES.

    Raises NameUnknown, or AddressRefused if the host or any of its addresses is not allowed. If `without_tls`
    is set, only this machine and private networks are allowed.
    """
    if fault := host_error(host):
        raise AddressRefused(f"no request was sent: the host {host} {fault}")
    found = _resolve(host, port)
    for text in found:
        address = parse(text)
        if address is None or reach(address) is Reach.REFUSED:
            raise AddressRefused(f"no request was sent: {host} resolves to {text}, and the URL {SPECIAL}")
        if without_tls and reach(address) is not Reach.OWN:
            raise AddressRefused(f"no request was sent: {host} resolves to {text}, and the URL {WITHOUT_TLS}")
    return found[:MOST_ADDRESSES]


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameUnknown(f"{host} does not resolve") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class RequestFailed(Exception):
    """No complete response was received.

    `outcome` is the reason in one or two words, to be shown in lists and compared in conditions.
    """

    def __init__(self, text: str, outcome: str) -> None:
        super().__init__(text)
        self.outcome = outcome


class Transport(httpx.HTTPTransport):
    """Transport that connects only to addresses from `checked_addresses`.

    Without TLS, it connects only to this machine and private networks, unless `plain_to_anyone` is set.
    """

    plain_to_anyone = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.raw_host.decode("ascii")
        without_tls = request.url.scheme != "https" and not self.plain_to_anyone
        try:
            addresses = checked_addresses(host, request.url.port or 0, without_tls=without_tls)
        except NameUnknown as unknown:
            raise httpx.ConnectError(str(unknown), request=request) from unknown
        for address in addresses[:-1]:
            try:
                return self._send(request, host, address)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue  # as other clients do if a name has several addresses
        return self._send(request, host, addresses[-1])

    def _send(self, request: httpx.Request, host: str, address: str) -> httpx.Response:
        """Send the request to this address. The headers already contain the host name."""
        to_address = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host.rstrip(".")},
        )
        return super().handle_request(to_address)


class SignedResponses(Transport):
    """Transport that allows plain http, for services that receive no secret and sign their responses."""

    plain_to_anyone = True


def client(timeout: httpx.Timeout, transport: type[Transport] = Transport) -> httpx.Client:
    """Return a client that follows no redirects and reads no proxy from the environment."""
    return httpx.Client(transport=transport(), timeout=timeout, follow_redirects=False, trust_env=False)


def fetch(
    method: str,
    url: str,
    *,
    timeout: httpx.Timeout,
    max_bytes: int,
    max_seconds: float,
    transport: type[Transport] = Transport,
    **options: Any,
) -> tuple[httpx.Response, bytes]:
    """Send a request; return the response, with any status, and its whole body. Raises RequestFailed.

    `timeout` limits connecting and the wait for each part of the body; `max_seconds` limits the time until
    the last part, `max_bytes` the size of the decompressed body. `options` are those of httpx.
    """
    deadline = time.monotonic() + max_seconds
    try:
        with client(timeout, transport) as http, http.stream(method, url, **options) as response:
            _refuse_unrequested_compression(response)
            parts, size = [], 0
            for part in response.iter_bytes():
                parts.append(part)
                size += len(part)
                _require_within(size, max_bytes, max_seconds, deadline)
            return response, b"".join(parts)
    except httpx.TimeoutException:
        raise RequestFailed("the request timed out", "timeout") from None
    except AddressRefused as refused:
        raise RequestFailed(str(refused), "address refused") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise RequestFailed(f"it could not be reached ({type(error).__name__})", "unreachable") from None


def _require_within(size: int, max_bytes: int, max_seconds: float, deadline: float) -> None:
    if size > max_bytes:
        raise RequestFailed(f"the response has more than {max_bytes:,} bytes", "too large")
    if time.monotonic() > deadline:
        raise RequestFailed(f"the response took more than {max_seconds:.0f} s", "too slow")


def _refuse_unrequested_compression(response: httpx.Response) -> None:
    """Raise RequestFailed if the response is compressed although the request does not accept that."""
    accepted = response.request.headers["Accept-Encoding"]
    if accepted == "identity" and response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise RequestFailed(
            "the response is compressed, although an uncompressed one was requested", "too large"
        )
