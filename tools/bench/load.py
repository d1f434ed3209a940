"""Load generator: requests over persistent connections, sent by threads that do as little as possible."""

import socket
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


class UnexpectedStatus(RuntimeError):
    """The response has a different status than expected."""


@dataclass(frozen=True, slots=True)
class BenchRequest:
    """A GET request and the expected status."""

    port: int
    path: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def request(self) -> bytes:
        lines = [f"GET {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Accept: */*"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


def per_second(page: BenchRequest, *, seconds: float, connections: int = 8) -> float:
    """Send requests for some seconds over parallel connections; return the requests per second.

    Raises UnexpectedStatus, and OSError if a connection fails.
    """
    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as threads:
        counts = list(threads.map(_send_until, [page] * connections, [began + seconds] * connections))
    return sum(counts) / (time.perf_counter() - began)


def _send_until(page: BenchRequest, until: float) -> int:
    """Send requests over one connection until the time `until` (of perf_counter); return their number."""
    connection = socket.create_connection(("127.0.0.1", page.port), timeout=30)
    count = 0
    while time.perf_counter() < until:
        connection = _send(page, connection)
        count += 1
    connection.close()
    return count


def _send(page: BenchRequest, connection: socket.socket) -> socket.socket:
    """Send one request and read the response; return the connection for the next request.

    If the server closes the connection, a new one is opened and returned.
    """
    connection.sendall(page.request)
    status, headers = _read_response(connection)
    if status != page.status:
        raise UnexpectedStatus(f"{page.path}: {status} instead of {page.status}")
    if headers.get("connection") != "close":
        return connection
    connection.close()
    return socket.create_connection(("127.0.0.1", page.port), timeout=30)


def _read_response(connection: socket.socket) -> tuple[int, Mapping[str, str]]:
    """Read one response and discard its body; return its status and headers."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _receive(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    status = int(first.split()[1])
    missing = 0 if status == 304 else int(headers["content-length"]) - len(body)
    while missing > 0:
        missing -= len(_receive(connection))
    return status, headers


def _receive(connection: socket.socket) -> bytes:
    part = connection.recv(262_144)
    if not part:
        raise ConnectionError("the server closed the connection")
    return part
