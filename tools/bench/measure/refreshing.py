"""Figures 6 and 7: many matches that end together, and readers while the views refresh."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import psycopg
from django.db import transaction
from django.utils import timezone

from core.pipeline.models import JobRun
from scoring.jobs import score_match as score_match_job
from stats.leaderboards import Board, leaderboard
from stats.refresh.transaction import refresh_statistics
from tools.bench.data import past_matches
from tools.bench.database import address
from tools.bench.figures import BenchFigure, compared, percentile, seconds, single
from tools.bench.groups import Bench
from tools.bench.measure.settle import settle_and_refresh

TOGETHER = 10
READERS = 2
# Seconds between two reads of a reader: without a pause, two readers would occupy two processors.
PAUSE = 0.01
LOCK_TIMEOUT = "100ms"  # a read that waits longer for a lock counts as waiting for the refresh


def figures(bench: Bench) -> Iterator[BenchFigure]:
    past_matches.use(bench, bench.scale.histories[-1])
    yield _together(bench)
    yield from _while_refreshing(bench)


def _together(bench: Bench) -> BenchFigure:
    """Return figure 6: seconds for ten matches that end together, compared with one match."""
    settle_and_refresh([past_matches.match_of_today(bench.scale.forecasters).pk])
    samples = bench.alternate(
        {"ten": partial(_run_jobs, bench, TOGETHER), "one": partial(_run_jobs, bench, 1)}
    )
    what = f"{TOGETHER} matches ending together, to fresh boards"
    return compared("6", what, samples["ten"], "one match", samples["one"], at_most=2)


def _run_jobs(bench: Bench, wanted: int) -> float:
    """Run the scoring jobs of `wanted` new matches, then refresh the views once; return the seconds.

    All of it runs in this process. The group `pipeline` measures how many refreshes real workers need.
    """
    matches = [past_matches.match_of_today(bench.scale.forecasters) for _ in range(wanted)]
    refreshes = JobRun.objects.filter(kind="refresh_views")
    refreshes.delete()
    runs = JobRun.objects.filter(kind="score_match", key__in=[str(match.pk) for match in matches])

    def settle_all() -> None:
        for run in runs:
            with transaction.atomic():
                score_match_job(run=run)
        _refresh()

    took = seconds(settle_all)
    refreshes.delete()
    return took


def _while_refreshing(bench: Bench) -> Iterator[BenchFigure]:
    """Yield figure 7: duration of leaderboard reads while the views refresh without pause."""
    waits: list[int] = []
    samples = bench.alternate(
        {"quiet": partial(_p99, bench, None, waits), "refreshing": partial(_p99, bench, _refresh, waits)}
    )
    what = "99th percentile of leaderboard reads while views refresh without pause"
    beside = "the same with no refresh"
    yield compared("7", what, samples["refreshing"], beside, samples["quiet"], at_most=2)
    note = f"a read that had to wait more than {LOCK_TIMEOUT} for a lock"
    yield single("7 waits", "reads that waited for a refresh", sum(waits), "reads", at_most=0, note=note)


def _refresh() -> None:
    refresh_statistics(at=timezone.now())


def _p99(bench: Bench, meanwhile: Callable[[], None] | None, waits: list[int]) -> float:
    """Read the leaderboard with parallel readers; return the 99th percentile of the durations in seconds.

    `meanwhile` is called repeatedly until all readers are done. For each read that failed because it waited
    too long for a lock, one item is added to `waits`.
    """
    query = leaderboard(Board())[:50].query.sql_with_params()
    took: list[float] = []
    with ThreadPoolExecutor(READERS) as threads:
        readers = [threads.submit(_reader, query, bench.scale.reads, took, waits) for _ in range(READERS)]
        while meanwhile and not all(reader.done() for reader in readers):
            meanwhile()
        for reader in readers:
            reader.result()
    return percentile(took, 0.99)


def _reader(query: tuple[Any, Any], reads: int, took: list[float], waits: list[int]) -> None:
    with psycopg.connect(address(), autocommit=True) as own:
        own.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        own.execute("SET jit = off")
        for _ in range(reads):
            time.sleep(PAUSE)
            try:
                took.append(seconds(lambda: own.execute(*query).fetchall()))
            except psycopg.errors.LockNotAvailable:
                waits.append(1)
