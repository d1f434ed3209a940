"""Figures 7 to 9: readers while the views refresh; API and pages, kept and made anew."""

import threading
from collections.abc import Iterator
from functools import partial

import psycopg
from django.utils import timezone

from config.bench import history
from config.bench.database import address
from config.bench.figures import Figure, Limit, at_least, at_most, bounded, rate, slower
from config.bench.load import Page, per_second
from config.bench.run import Bench
from config.bench.timing import Sample, in_turns, percentile, seconds
from config.bench.urls import BARE
from config.bench.web import get, web
from matches.models import Match
from stats import services
from stats.leaderboards import Board, leaderboard

API, BOARD = "/api/v1/leaderboard/", "/leaderboard/"
READERS = 2
PATIENCE = "100ms"  # a read that waits longer for a lock counts as one that waited for the refresh


def figures(bench: Bench) -> Iterator[Figure]:
    history.use(bench, bench.scale.histories[-1])
    yield from _while_refreshing(bench)
    match = Match.objects.filter(status="finished").order_by("-kickoff_at").first()
    assert match is not None
    with web() as keeping, web(ANSWERS_KEPT="0") as making:
        yield from _served(bench, keeping, making, match.get_absolute_url())


# --- 7: the views refresh without pause -------------------------------------------------------------------


def _while_refreshing(bench: Bench) -> Iterator[Figure]:
    waits: list[int] = []
    samples = in_turns(
        {"quiet": lambda: _p99(bench, None, waits), "refreshing": lambda: _p99(bench, _refresh, waits)},
        repeat=bench.scale.repeat,
        say=bench.say,
    )
    yield slower(
        "7",
        "99th percentile of leaderboard reads while views refresh without pause",
        samples["refreshing"],
        beside="the same with no refresh",
        yardstick=samples["quiet"],
        limit=at_most(2),
    )
    note = f"a read that had to wait more than {PATIENCE} for a lock"
    yield bounded("7 waits", "reads that waited for a refresh", sum(waits), unit="reads", most=0, note=note)


def _refresh() -> None:
    services.refresh(at=timezone.now())


def _p99(bench: Bench, meanwhile: object, waits: list[int]) -> float:
    """In seconds, of readers with connections of their own; `meanwhile` is done until all have read."""
    statement, values = leaderboard(Board())[:50].query.sql_with_params()
    took: list[float] = []
    readers = [
        threading.Thread(target=_reader, args=(statement, values, bench.scale.reads, took, waits))
        for _ in range(READERS)
    ]
    for reader in readers:
        reader.start()
    while any(reader.is_alive() for reader in readers):
        if callable(meanwhile):
            meanwhile()
        else:
            readers[0].join()
    for reader in readers:
        reader.join()
    return percentile(took, 0.99)


def _reader(statement: str, values: object, reads: int, took: list[float], waits: list[int]) -> None:
    with psycopg.connect(address(), autocommit=True) as own:
        own.execute(f"SET lock_timeout = '{PATIENCE}'")
        own.execute("SET jit = off")
        for _ in range(reads):
            try:
                took.append(seconds(lambda: own.execute(statement, values).fetchall()))  # type: ignore[call-overload]
            except psycopg.errors.LockNotAvailable:
                waits.append(1)


# --- 8 and 9: what is served ------------------------------------------------------------------------------


def _served(bench: Bench, keeping: int, making: int, match: str) -> Iterator[Figure]:
    known = (("If-None-Match", get(keeping, API)["ETag"]),)
    pages = {
        "bare": Page(keeping, BARE),
        "API kept": Page(keeping, API),
        "API 304": Page(keeping, API, 304, known),
        "board kept": Page(keeping, BOARD),
        "match kept": Page(keeping, match),
        "bare beside first reads": Page(making, BARE),
        "API first read": Page(making, API),
        "board first read": Page(making, BOARD),
        "match first read": Page(making, match),
    }
    samples = in_turns(
        {name: partial(_rate, bench, page) for name, page in pages.items()},
        repeat=bench.scale.repeat,
        unit="requests/s",
        say=bench.say,
    )
    bare, bare_too = samples["bare"], samples["bare beside first reads"]
    for number, name, limit in (
        ("8", "API kept", at_least(0.8)),
        ("8", "API 304", at_least(0.8)),
        ("8", "API first read", at_least(0.3)),
        ("9", "board kept", at_least(0.6)),
        ("9", "board first read", at_least(0.1)),
        ("9", "match kept", at_least(0.6)),
        ("9", "match first read", at_least(0.1)),
    ):
        yield _of_bare(number, name, samples[name], bare_too if "first" in name else bare, limit)


def _rate(bench: Bench, page: Page) -> float:
    return per_second(page, seconds=bench.scale.seconds)


def _of_bare(number: str, name: str, sample: Sample, bare: Sample, limit: Limit) -> Figure:
    what = name.replace("board", "leaderboard page").replace("match ", "match page ")
    return rate(
        number, what, sample, beside="a bare Django JSON view in the same server", yardstick=bare, limit=limit
    )
