"""Figure 14: ordinary readers beside slow clients, served by the web process of the Procfile."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext

from tools.bench.data import past_matches
from tools.bench.figures import BenchFigure, at_most, bounded, slower
from tools.bench.groups import Bench
from tools.bench.slow_sockets import SlowSockets
from tools.bench.timing import in_turns, percentile
from tools.bench.web import web

PATIENCE = 10.0  # seconds; a read without a response by then counts as failed
THINKING = 0.5  # seconds between two reads of a reader
PATHS = ("/", "/leaderboard/", "/matches/", "/api/v1/leaderboard/")


def figures(bench: Bench) -> Iterator[BenchFigure]:
    past_matches.use(bench, bench.scale.histories[0])
    slow, readers = bench.scale.slow, bench.scale.readers
    longest: list[float] = []
    with web(API_READS_PER_MINUTE="0") as port:
        samples = in_turns(
            {
                "alone": lambda: _p99(bench, port, 0, longest),
                "beside": lambda: _p99(bench, port, slow, longest),
            },
            repeat=bench.scale.repeat,
            say=bench.say,
        )
    yield slower(
        "14",
        f"99th percentile of {readers} readers beside {slow} slow sockets (headers, bodies, logins)",
        samples["beside"],
        beside="the same readers alone",
        yardstick=samples["alone"],
        limit=at_most(3),
        note=f"each reader opens a connection for each page, and thinks {THINKING} s in between",
    )
    yield bounded("14 longest", "the longest of these reads", max(longest), unit="s", most=PATIENCE)


def _p99(bench: Bench, port: int, slow: int, longest: list[float]) -> float:
    with SlowSockets(port, slow) if slow else nullcontext():
        took = read_all(port, readers=bench.scale.readers, seconds=bench.scale.seconds * 2)
    longest.append(max(took))
    return percentile(took, 0.99)


def read_all(port: int, *, readers: int, seconds: float) -> list[float]:
    """Return how long each read took. Each reader reads for `seconds`, but at least once."""
    took: list[float] = []
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_reader, args=(port, number / readers * THINKING, until, took))
        for number in range(readers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def _reader(port: int, first_pause: float, until: float, took: list[float]) -> None:
    time.sleep(first_pause)
    for number in range(1_000_000):
        took.append(read(port, PATHS[number % len(PATHS)]))
        if time.monotonic() > until:
            return
        time.sleep(THINKING)


def read(port: int, path: str) -> float:
    """Return the seconds of one read over a new connection; more than PATIENCE if it failed."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
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
    return PATIENCE + time.perf_counter() - began
