"""Figure 10: importing predictions with all checks, compared with bulk_create without any."""

import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from matches.imports.predictions.bulk import import_predictions
from matches.models import Prediction
from tools.bench.data.import_rows import forecasts, make_room
from tools.bench.database import address, execute, settle_down, wal_position
from tools.bench.figures import BenchFigure, compared, single
from tools.bench.groups import Bench
from tools.bench.timing import seconds

CREATED = 200_000  # rows of the baseline: a million would take minutes per round
BATCH = 1_000  # objects of one bulk_create; 10,000 were slower
MEMORY = 200  # megabytes
CHILD = """
import django; django.setup()
from tools.bench.measure import importing
importing.import_rows({rows}); print(importing.peak_memory())
"""


def figures(bench: Bench) -> Iterator[BenchFigure]:
    bench.databases.make("importing")
    wanted = bench.scale.imported
    created = min(wanted, CREATED)
    make_room(wanted)
    bench.say(f"{wanted:,} predictions, beside bulk_create(batch_size={BATCH}) of {created:,}")
    samples = bench.alternate(
        {
            "import": lambda: _seconds(partial(import_rows, wanted)),
            "bulk_create": lambda: _seconds(partial(_create, created)) * wanted / created,
        }
    )
    what = f"import {wanted:,} predictions with all checks"
    note = (
        f"bulk_create of {created:,} of the same rows, multiplied by {wanted / created:g}, in batches of"
        f" {BATCH}. It checks nothing in Python; objects are made as submit_predictions makes them, from the"
        " same tuples. Table, digests, indexes and triggers are the same, but the lock does not check its"
        " rows, and the table is empty before each turn."
    )
    yield compared(
        "10", what, samples["import"], "bulk_create", samples["bulk_create"], at_least=8, note=note
    )
    yield single("10", "WAL of an import", _wal(wanted) / wanted, "bytes a row")
    yield single("10", "memory of an import", _memory(wanted), "MB", at_most=MEMORY)
    bench.databases.drop("importing")


def import_rows(wanted: int) -> None:
    stored = sum(chunk.stored for chunk in import_predictions(forecasts(wanted)))
    if stored != wanted:
        raise AssertionError(f"{stored} of {wanted} predictions were stored")


@transaction.atomic
def _create(wanted: int) -> None:
    """Create predictions as usual in Django: one transaction, and one batch of objects in memory at a time.

    A trigger refuses explicit times, and a database default in each row takes Django three times as long. So
    that trigger is disabled.
    """
    source, received = forecasts(wanted), timezone.now()
    execute("ALTER TABLE matches_prediction DISABLE TRIGGER prediction_lock_new")
    while batch := list(islice(source, BATCH)):
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
            for row in batch
        )
    execute("ALTER TABLE matches_prediction ENABLE TRIGGER prediction_lock_new")


def _empty_table() -> None:
    execute("TRUNCATE matches_prediction CASCADE")


def _seconds(action: Callable[[], None]) -> float:
    """Return the seconds of an action that starts with an empty table."""
    _empty_table()
    settle_down()
    return seconds(action)


def _wal(wanted: int) -> int:
    before = wal_position()
    _seconds(partial(import_rows, wanted))
    return wal_position() - before


def _memory(wanted: int) -> float:
    """Return the peak memory of a separate process that imports, including Python and Django."""
    _empty_table()
    environment = os.environ | {"DATABASE_URL": address(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", CHILD.format(rows=wanted)]
    return float(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)


def peak_memory() -> float:
    """Return the peak memory of this process in MB; `getrusage` may include its parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = re.findall(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
        return int(line) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # on other systems this is in bytes
