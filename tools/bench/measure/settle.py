"""Figures 4 and 5: from a result to fresh leaderboards in the database, for any size of history."""

from collections.abc import Callable, Iterator
from functools import partial

from django.db import connection
from django.utils import timezone

from core.db import sql
from matches.models import Match
from scoring.services import score_match
from stats.refresh import fold_and_refresh
from tools.bench.data import past_matches, rows
from tools.bench.database import settle_down
from tools.bench.figures import BenchFigure, at_least, at_most, faster, reported, slower
from tools.bench.groups import Bench
from tools.bench.timing import in_turns, seconds

RAW = sql.read("tools/bench/sql/raw_boards.sql")


def figures(bench: Bench) -> Iterator[BenchFigure]:
    scale = bench.scale
    names = {size: past_matches.use(bench, size) for size in scale.histories}
    smallest, largest = names[scale.histories[0]], names[scale.histories[-1]]
    yield from _flat(bench, names, smallest, largest)
    yield from _beside_raw(bench, largest)


def _flat(bench: Bench, names: dict[int, str], smallest: str, largest: str) -> Iterator[BenchFigure]:
    """Yield figure 4: all sizes alternately, for a match in order, one out of order, and a correction."""
    cases = {"in order": _in_order, "late": _late, "corrected": _corrected}
    ways = {
        f"{name} {case}": partial(_measured, bench, name, prepare)
        for name in names.values()
        for case, prepare in cases.items()
    }
    samples = in_turns(ways, repeat=bench.scale.repeat, say=bench.say)
    beside = f"the same at {bench.scale.histories[0]:,}"
    what = f"whistle to fresh boards at {bench.scale.histories[-1]:,} predictions"
    for number, case in (("4", "in order"), ("4 late", "late"), ("4 corrected", "corrected")):
        more = "" if case == "in order" else f", {case}"
        yield slower(
            number,
            what + more,
            samples[f"{largest} {case}"],
            beside=beside,
            yardstick=samples[f"{smallest} {case}"],
            limit=at_most(1.3),
        )
    for size, name in names.items():
        note = "settle, fold, refresh of one match"
        number = f"4 at {size:,}"
        yield reported(number, "WAL", _wal(bench, name), unit="bytes", note=note)


def _measured(bench: Bench, database: str, prepare: Callable[[int], Match]) -> float:
    """Return the seconds from a settlement to fresh leaderboards, on a connection that did it before."""
    bench.databases.use(database)
    for warm in (True, False):
        match = prepare(bench.scale.forecasters)
        took = seconds(partial(settle_and_refresh, [match.pk]))
        if warm:
            with connection.cursor() as cursor:
                cursor.execute("CHECKPOINT")
    return took


def _in_order(forecasters: int) -> Match:
    return past_matches.match_of_today(forecasters)


def _late(forecasters: int) -> Match:
    """Return a match that kicked off before another one that is already counted."""
    match = past_matches.match_of_today(forecasters)
    other = past_matches.match_of_today(forecasters)
    settle_and_refresh([other.pk])
    return match


def _corrected(forecasters: int) -> Match:
    match = past_matches.match_of_today(forecasters)
    settle_and_refresh([match.pk])
    rows.finish(match, 0, 1)
    return match


def settle_and_refresh(match_ids: list[int]) -> None:
    """Do the database work from a result to fresh leaderboards."""
    for pk in match_ids:
        score_match(match_id=pk, settled_at=timezone.now())
    fold_and_refresh.refresh(at=timezone.now())


def _wal(bench: Bench, database: str) -> float:
    """Return the bytes of WAL for one match, without the full-page images after a checkpoint."""
    bench.databases.use(database)
    settle_and_refresh([past_matches.match_of_today(bench.scale.forecasters).pk])
    match = past_matches.match_of_today(bench.scale.forecasters)
    before = _wal_position()
    settle_and_refresh([match.pk])
    return _wal_position() - before


def _wal_position() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
        return float(cursor.fetchone()[0])


def _beside_raw(bench: Bench, database: str) -> Iterator[BenchFigure]:
    bench.databases.use(database)
    with connection.cursor() as cursor:
        cursor.execute(RAW)
        cursor.execute("REFRESH MATERIALIZED VIEW bench_raw")
    settle_down()
    samples = in_turns(
        {
            "ours": lambda: _measured(bench, database, _in_order),
            "raw": lambda: seconds(_refresh_raw),
        },
        repeat=bench.scale.repeat,
        say=bench.say,
    )
    yield faster(
        "5",
        f"whistle to fresh boards at {bench.scale.histories[-1]:,} predictions",
        samples["ours"],
        beside="refreshing the same boards from raw predictions (plain)",
        yardstick=samples["raw"],
        limit=at_least(40),
    )
    with connection.cursor() as cursor:
        cursor.execute("DROP MATERIALIZED VIEW bench_raw")


def _refresh_raw() -> None:
    with connection.cursor() as cursor:
        cursor.execute("REFRESH MATERIALIZED VIEW bench_raw")
