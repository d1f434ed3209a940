"""Figure 10: importing predictions with all checks, compared with bulk_create without any."""

import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from matches.imports.predictions.bulk import import_predictions
from matches.models import Prediction
from tools.bench.data.import_rows import forecasts, make_room
from tools.bench.database import address, settle_down
from tools.bench.figures import BenchFigure, at_least, bounded, faster, reported
from tools.bench.groups import Bench
from tools.bench.timing import Sample, in_turns, seconds

CREATED = 200_000  # rows of the baseline: a million would take minutes per round
BATCHES = (1_000, 10_000)
MOST = 200  # megabytes


def figures(bench: Bench) -> Iterator[BenchFigure]:
    bench.databases.make("importing")
    wanted = bench.scale.imported
    created = min(wanted, CREATED)
    make_room(wanted)
    size = _faster_batch(created // 10)
    bench.say(f"{wanted:,} predictions, beside bulk_create(batch_size={size}) of {created:,}")
    samples = in_turns(
        {
            "import": lambda: _timed(lambda: _import(wanted)),
            "bulk_create": lambda: _timed(lambda: _create(created, size)) * wanted / created,
        },
        repeat=bench.scale.repeat,
        say=bench.say,
    )
    yield _beside_bulk_create(samples, wanted, created, size)
    yield reported("10", "WAL of an import", _wal(wanted) / wanted, unit="bytes a row")
    yield _memory(wanted)
    bench.databases.drop("importing")


def _beside_bulk_create(samples: dict[str, Sample], wanted: int, created: int, size: int) -> BenchFigure:
    return faster(
        "10",
        f"import {wanted:,} predictions with all checks",
        samples["import"],
        beside="bulk_create",
        yardstick=samples["bulk_create"],
        limit=at_least(8.0),
        note=f"bulk_create of {created:,} of the same rows, taken times {wanted / created:g}, in batches of"
        f" {size}, the faster of {BATCHES[0]} and {BATCHES[1]}. It checks nothing in Python; objects are made"
        " as submit_predictions makes them, from the same tuples. Table, digests, indexes and triggers"
        " are the same, but that the lock does not look at its rows, and empty before each turn.",
    )


def _import(wanted: int) -> None:
    stored = sum(chunk.stored for chunk in import_predictions(forecasts(wanted)))
    if stored != wanted:
        raise AssertionError(f"{stored} of {wanted} predictions were stored")


def _create(wanted: int, batch_size: int) -> None:
    """Create predictions as usual in Django: one transaction, and one batch of objects in memory at a time.

    A trigger refuses explicit times, and a database default in each row takes Django three times as long. So
    that trigger is disabled.
    """
    source, received = forecasts(wanted), timezone.now()
    with transaction.atomic(), _explicit_times_allowed():
        while some := [*islice(source, batch_size)]:
            Prediction.objects.bulk_create(
                Prediction(
                    match_id=row.match_id,
                    forecaster_id=row.forecaster_id,
                    home_goals=row.home_goals,
                    away_goals=row.away_goals,
                    p_home=row.p_home,
                    p_draw=row.p_draw,
                    p_away=row.p_away,
                    provenance=Prediction.Provenance.ARCHIVE,
                    submitted_at=received,
                )
                for row in some
            )


@contextmanager
def _explicit_times_allowed() -> Iterator[None]:
    switch = "ALTER TABLE matches_prediction {} TRIGGER prediction_lock_new"
    with connection.cursor() as cursor:
        cursor.execute(switch.format("DISABLE"))
        yield
        cursor.execute(switch.format("ENABLE"))


def _faster_batch(wanted: int) -> int:
    tried = in_turns(
        {str(size): lambda size=size: _timed(lambda: _create(wanted, size)) for size in BATCHES},  # type: ignore[misc]
        repeat=3,
    )
    return min(BATCHES, key=lambda size: tried[str(size)].median)


def _timed(action: Callable[[], None]) -> float:
    """Return the seconds of an action that starts with an empty table."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE matches_prediction CASCADE")
    settle_down()
    return seconds(action)


def _wal(wanted: int) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()")
        (before,) = cursor.fetchone()
        _timed(lambda: _import(wanted))
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), %s)", [before])
        return float(cursor.fetchone()[0])


def _memory(wanted: int) -> BenchFigure:
    """Return the peak memory of a separate process that imports, including Python and Django."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE matches_prediction CASCADE")
    code = (
        "import django; django.setup()\n"
        "from tools.bench.measure import importing\n"
        f"importing._import({wanted}); print(importing.peak_memory())"
    )
    environment = os.environ | {"DATABASE_URL": address(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    return bounded("10", "memory of an import", float(done.stdout), unit="MB", most=MOST)


def peak_memory() -> float:
    """Return the peak memory of this process in MB; `getrusage` may include its parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = re.findall(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
        return int(line) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # on other systems this is in bytes
