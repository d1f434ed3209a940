"""Figures 6 and 7: many matches that end together, and readers while the views refresh."""

import threading
import time
from collections.abc import Iterator

import psycopg
from django.db import transaction
from django.utils import timezone

from core.pipeline.models import JobRun
from scoring.jobs import score_match as score_match_job
from stats.leaderboards import Board, leaderboard
from stats.refresh import fold_and_refresh
from tools.bench.data import past_matches
from tools.bench.database import address
from tools.bench.figures import BenchFigure, at_most, bounded, slower
from tools.bench.groups import Bench
from tools.bench.measure.settle import settle_and_refresh
from tools.bench.timing import in_turns, percentile, seconds

TOGETHER = 10
READERS = 2
# Seconds between two reads of a reader: without a pause, two readers would occupy two processors.
PAUSE = 0.01
PATIENCE = "100ms"  # a read that waits longer for a lock counts as waiting for the refresh


def figures(bench: Bench) -> Iterator[BenchFigure]:
    past_matches.use(bench, bench.scale.histories[-1])
    yield from _together(bench)
    yield from _while_refreshing(bench)


# --- 6: ten matches ---------------------------------------------------------------------------------------


def _together(bench: Bench) -> Iterator[BenchFigure]:
    """Yield figure 6: ten matches that end together, through the pipeline's jobs."""
    settle_and_refresh([past_matches.match_of_today(bench.scale.forecasters).pk])
    samples = in_turns(
        {
            "ten": lambda: _through_the_ledger(bench, TOGETHER),
            "one": lambda: _through_the_ledger(bench, 1),
        },
        repeat=bench.scale.repeat,
        say=bench.say,
    )
    yield slower(
        "6",
        f"{TOGETHER} matches ending together, to fresh boards",
        samples["ten"],
        beside="one match",
        yardstick=samples["one"],
        limit=at_most(2),
    )


def _through_the_ledger(bench: Bench, wanted: int) -> float:
    """Return the seconds of scoring these matches by their jobs, and of one refresh.

    The group `pipeline` counts how many refreshes real workers need.
    """
    matches = [past_matches.match_of_today(bench.scale.forecasters) for _ in range(wanted)]
    JobRun.objects.filter(kind="refresh_views").delete()
    runs = JobRun.objects.filter(kind="score_match", key__in=[str(match.pk) for match in matches])

    def settle_all() -> None:
        for run in runs:
            with transaction.atomic():
                score_match_job(run=run)
        fold_and_refresh.refresh(at=timezone.now())

    took = seconds(settle_all)
    JobRun.objects.filter(kind="refresh_views").delete()
    return took


# --- 7: the views refresh without pause -------------------------------------------------------------------


def _while_refreshing(bench: Bench) -> Iterator[BenchFigure]:
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
    fold_and_refresh.refresh(at=timezone.now())


def _p99(bench: Bench, meanwhile: object, waits: list[int]) -> float:
    """Return the 99th percentile in seconds of readers with separate connections; `meanwhile` is repeated."""
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
            time.sleep(PAUSE)
            try:
                took.append(seconds(lambda: own.execute(statement, values).fetchall()))  # type: ignore[call-overload]
            except psycopg.errors.LockNotAvailable:
                waits.append(1)
