"""Figures 4 and 5: seconds from a result to fresh leaderboards in the database, at each size of history."""

from collections.abc import Callable, Iterator
from functools import partial

from django.utils import timezone

from core.db import sql
from matches.models import Match
from scoring.services import score_match
from stats.refresh.transaction import refresh_statistics
from tools.bench.data import past_matches, rows
from tools.bench.database import execute, vacuum_and_checkpoint, wal_position
from tools.bench.figures import BenchFigure, compared, seconds, single
from tools.bench.groups import Bench

RAW = sql.read("tools/bench/sql/raw_boards.sql")
REFRESH_RAW = "REFRESH MATERIALIZED VIEW bench_raw"


def figures(bench: Bench) -> Iterator[BenchFigure]:
    names = {size: past_matches.use(bench, size) for size in bench.scale.histories}
    smallest, largest = names[bench.scale.histories[0]], names[bench.scale.histories[-1]]
    yield from _flat(bench, names, smallest, largest)
    yield _beside_raw(bench, largest)


def _flat(bench: Bench, names: dict[int, str], smallest: str, largest: str) -> Iterator[BenchFigure]:
    """Yield figure 4: seconds to fresh leaderboards at the largest history compared with the smallest.

    There are three cases: a match is counted in kickoff order, after a match with a later kickoff, or again
    after a correction. Further figures are the bytes of WAL for one match at each size of history.
    """
    cases = {"": _in_order, "late": _late, "corrected": _corrected}
    samples = bench.alternate(
        {
            f"{name} {case}": partial(_measure, bench, name, prepare)
            for name in names.values()
            for case, prepare in cases.items()
        }
    )
    beside = f"the same at {bench.scale.histories[0]:,}"
    for case in cases:
        what = f"whistle to fresh boards at {bench.scale.histories[-1]:,} predictions"
        what += f", {case}" if case else ""
        sample, baseline = samples[f"{largest} {case}"], samples[f"{smallest} {case}"]
        yield compared(f"4 {case}".strip(), what, sample, beside, baseline, at_most=1.3)
    for size, name in names.items():
        note = "settle, fold, refresh of one match"
        yield single(f"4 at {size:,}", "WAL", _wal(bench, name), "bytes", note=note)


def _measure(bench: Bench, database: str, prepare: Callable[[int], Match]) -> float:
    """Settle a match and refresh the leaderboards; return the seconds.

    Before that, another match is settled on the same connection; this is not measured.
    """
    bench.databases.use(database)
    settle_and_refresh([prepare(bench.scale.forecasters).pk])
    execute("CHECKPOINT")
    match = prepare(bench.scale.forecasters)
    return seconds(partial(settle_and_refresh, [match.pk]))


def _in_order(forecasters: int) -> Match:
    return past_matches.match_of_today(forecasters)


def _late(forecasters: int) -> Match:
    """Return a match that is not counted, although a match with a later kickoff is."""
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
    """Score these matches and refresh the leaderboards directly, without the job queue."""
    for pk in match_ids:
        score_match(match_id=pk, settled_at=timezone.now())
    refresh_statistics(at=timezone.now())


def _wal(bench: Bench, database: str) -> int:
    """Return the bytes of WAL for settling one match.

    Another match is settled before, so that most full-page images after a checkpoint are not included.
    """
    bench.databases.use(database)
    settle_and_refresh([past_matches.match_of_today(bench.scale.forecasters).pk])
    match = past_matches.match_of_today(bench.scale.forecasters)
    before = wal_position()
    settle_and_refresh([match.pk])
    return wal_position() - before


def _beside_raw(bench: Bench, database: str) -> BenchFigure:
    bench.databases.use(database)
    execute(RAW)
    execute(REFRESH_RAW)
    vacuum_and_checkpoint()
    samples = bench.alternate(
        {
            "ours": partial(_measure, bench, database, _in_order),
            "raw": lambda: seconds(partial(execute, REFRESH_RAW)),
        }
    )
    execute("DROP MATERIALIZED VIEW bench_raw")
    what = f"whistle to fresh boards at {bench.scale.histories[-1]:,} predictions"
    beside = "refreshing the same boards from raw predictions (plain)"
    return compared("5", what, samples["ours"], beside, samples["raw"], at_least=40)
