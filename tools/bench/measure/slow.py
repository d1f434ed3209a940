"""Figure 14: ordinary readers beside slow clients, served by the web process of the Procfile.

The slow clients send one byte per second: endless headers, bodies and logins.
"""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from itertools import cycle, islice
from types import TracebackType
from typing import Self

from tools.bench.data import past_matches
from tools.bench.figures import BenchFigure, compared, percentile, single
from tools.bench.groups import Bench
from tools.bench.web import web

READ_TIMEOUT = 10.0  # seconds; a read without a response by then counts as failed
PAUSE = 0.5  # seconds between two reads of a reader
BYTE_PAUSE = 1.0  # seconds between two bytes of a slow client
PATHS = ("/", "/leaderboard/", "/matches/", "/api/v1/leaderboard/")


def figures(bench: Bench) -> Iterator[BenchFigure]:
    past_matches.use(bench, bench.scale.histories[0])
    slow, readers = bench.scale.slow, bench.scale.readers
    longest: list[float] = []
    with web(API_READS_PER_MINUTE="0") as port:
        samples = bench.alternate(
            {
                "alone": lambda: _p99(bench, port, 0, longest),
                "beside": lambda: _p99(bench, port, slow, longest),
            }
        )
    what = f"99th percentile of {readers} readers beside {slow} slow sockets (headers, bodies, logins)"
    beside = "the same readers alone"
    note = f"each reader opens a connection for each page, and thinks {PAUSE} s in between"
    yield compared("14", what, samples["beside"], beside, samples["alone"], at_most=3, note=note)
    yield single("14 longest", "the longest of these reads", max(longest), "s", at_most=READ_TIMEOUT)


def _p99(bench: Bench, port: int, slow: int, longest: list[float]) -> float:
    with SlowSockets(port, slow) if slow else nullcontext():
        took = read_all(port, readers=bench.scale.readers, seconds=bench.scale.seconds * 2)
    longest.append(max(took))
    return percentile(took, 0.99)


def read_all(port: int, *, readers: int, seconds: float) -> list[float]:
    """Read pages with this many readers; return how long each read took, in seconds.

    Each reader reads repeatedly for `seconds`, but at least once.
    """
    until = time.monotonic() + seconds
    first_pauses = [number / readers * PAUSE for number in range(readers)]
    with ThreadPoolExecutor(readers) as threads:
        reads = threads.map(_reader, [port] * readers, first_pauses, [until] * readers)
        return [took for of_one_reader in reads for took in of_one_reader]


def _reader(port: int, first_pause: float, until: float) -> list[float]:
    time.sleep(first_pause)
    paths = cycle(PATHS)
    took = [_read(port, next(paths))]
    while time.monotonic() < until:
        time.sleep(PAUSE)
        took.append(_read(port, next(paths)))
    return took


def _read(port: int, path: str) -> float:
    """Read a page over a new connection; return the seconds, more than READ_TIMEOUT if the read failed."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READ_TIMEOUT)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        if response.status == 200:
            return time.perf_counter() - began
    except (OSError, http.client.HTTPException):
        pass
    finally:
        connection.close()
    return READ_TIMEOUT + time.perf_counter() - began


_POST = (
    "Host: 127.0.0.1\r\nCookie: csrftoken=12345678901234567890123456789012\r\n"  # else no view reads the body
    "Content-Length: 100000\r\n"  # takes a day at this speed
)
STARTS = (
    "GET /leaderboard/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    f"POST /admin/login/ HTTP/1.1\r\n{_POST}Content-Type: application/x-www-form-urlencoded\r\n\r\nusername=",
    f"POST /admin/login/ HTTP/1.1\r\n{_POST}Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n",
    f"POST /api/v1/predictions/bulk/ HTTP/1.1\r\n{_POST}Content-Type: application/json\r\n\r\n[",
)


class SlowSockets:
    """Context manager that runs `count` slow clients.

    Each client begins its request with one of the texts in STARTS, and reconnects if the server disconnects.
    """

    def __init__(self, port: int, count: int) -> None:
        self._port = port
        self._starts = [start.encode() for start in islice(cycle(STARTS), count)]
        self._open: list[socket.socket | None] = [None] * count
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._drip, name="slow sockets")

    def __enter__(self) -> Self:
        self._send_all()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()
        for client in filter(None, self._open):
            client.close()

    def _drip(self) -> None:
        while not self._stopped.wait(BYTE_PAUSE):
            self._send_all()

    def _send_all(self) -> None:
        for number, client in enumerate(self._open):
            self._open[number] = self._send(client, self._starts[number])

    def _send(self, client: socket.socket | None, start: bytes) -> socket.socket | None:
        """Send one byte to an open connection, or open a connection and send `start`.

        Returns the connection, or None if the server disconnected.
        """
        try:
            if client is None:
                client = socket.create_connection(("127.0.0.1", self._port), timeout=5)
                client.sendall(start)
                client.setblocking(False)
            else:
                client.send(b"a")
        except OSError:
            with suppress(OSError):
                if client:
                    client.close()
            return None
        return client
