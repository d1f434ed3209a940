"""Figure 14: ordinary readers beside slow clients, served by the web process of the Procfile."""

import http.client
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from itertools import cycle

from tools.bench.data import past_matches
from tools.bench.figures import BenchFigure, compared, single
from tools.bench.groups import Bench
from tools.bench.slow_sockets import SlowSockets
from tools.bench.timing import percentile
from tools.bench.web import web

READ_TIMEOUT = 10.0  # seconds; a read without a response by then counts as failed
PAUSE = 0.5  # seconds between two reads of a reader
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
    """Return how long each read took. Each reader reads for `seconds`, but at least once."""
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
    """Return the seconds of one read over a new connection; more than READ_TIMEOUT if it failed."""
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
