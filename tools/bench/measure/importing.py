"""Figure 10: importing predictions with all checks, compared with bulk_create without checks."""

import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice, product
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from matches.imports.predictions.bulk import import_predictions
from matches.imports.predictions.copy_format import ImportRow
from matches.models import Forecaster, Match, Prediction
from tools.bench.data import rows
from tools.bench.database import address, execute, vacuum_and_checkpoint, wal_position
from tools.bench.figures import BenchFigure, compared, seconds, single
from tools.bench.groups import Bench

CREATED = 200_000  # rows of the baseline: a million would take minutes per round
BATCH = 1_000  # objects of one bulk_create; 10,000 were slower
MEMORY = 200  # limit in megabytes
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
    """Create predictions with bulk_create: one transaction, and one batch of objects in memory at a time.

    Each object has an explicit `submitted_at`, because a database default would make Django three times as
    slow. The trigger that rejects an explicit `submitted_at` is disabled meanwhile.
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
    """Empty the table, run the action, and return the duration of the action in seconds."""
    _empty_table()
    vacuum_and_checkpoint()
    return seconds(action)


def _wal(wanted: int) -> int:
    before = wal_position()
    _seconds(partial(import_rows, wanted))
    return wal_position() - before


def _memory(wanted: int) -> float:
    """Import in a separate process; return its peak memory in MB, which includes Python and Django."""
    _empty_table()
    environment = os.environ | {"DATABASE_URL": address(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", CHILD.format(rows=wanted)]
    return float(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)


def peak_memory() -> float:
    """Return the peak memory of this process in MB.

    /proc is preferred, because `getrusage` may include the memory of the parent process.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = re.findall(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
        return int(line) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # on other systems this is in bytes


FORECASTERS = 50

MATCHES = """
INSERT INTO matches_match (season_id, stage_id, home_team_id, away_team_id, round_label, kickoff_at, lock_at,
                           neutral, status, result_version)
SELECT season_id, stage_id, home_team_id, away_team_id, 'Past ' || n, at, at, false, 'scheduled', 0
FROM matches_match, generate_series(1, %s) AS n, LATERAL (SELECT now() - n * interval '1 hour' AS at) AS past
WHERE matches_match.id = %s
"""


def make_room(wanted: int) -> None:
    """Create as many forecasters and past matches as `wanted` predictions need, but no predictions."""
    rows.forecasters(FORECASTERS)
    execute(MATCHES, [-(-wanted // FORECASTERS), rows.finished_match(0).pk])


def forecasts(wanted: int) -> Iterator[ImportRow]:
    """Yield `wanted` predictions with score and probabilities; every call yields the same predictions."""
    match_ids = (
        Match.objects.filter(round_label__startswith="Past ").order_by("pk").values_list("pk", flat=True)
    )
    forecaster_ids = Forecaster.objects.order_by("pk").values_list("pk", flat=True)[:FORECASTERS]
    fixtures = product(list(match_ids), list(forecaster_ids))
    probabilities = [(home, draw, 1 - home - draw) for home, draw in map(_home_and_draw, range(4_000))]
    for n, (match_id, forecaster_id) in enumerate(islice(fixtures, wanted)):
        yield ImportRow(n + 1, match_id, forecaster_id, n % 4, n % 3, *probabilities[n % 4_000])


def _home_and_draw(n: int) -> tuple[float, float]:
    return 0.2 + n / 10_000, 0.1 + n * 104_729 % 2_000 / 10_000
