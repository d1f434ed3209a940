"""Data for the import benchmark: predictions, match by match, generated while they are read."""

from collections.abc import Iterator
from itertools import islice, product

from matches.imports.predictions.bulk import ImportRow
from matches.models import Forecaster, Match
from tools.bench.data import rows
from tools.bench.database import execute

FORECASTERS = 50

MATCHES = """
INSERT INTO matches_match (season_id, home_team_id, away_team_id, round_label, kickoff_at, lock_at, neutral,
                           second_leg, status, result_version)
SELECT season_id, home_team_id, away_team_id, 'Past ' || n, at, at, false, false, 'scheduled', 0
FROM matches_match, generate_series(1, %s) AS n, LATERAL (SELECT now() - n * interval '1 hour' AS at) AS past
WHERE matches_match.id = %s
"""


def make_room(wanted: int) -> None:
    """Create finished matches and forecasters for this many predictions, but no predictions."""
    rows.forecasters(FORECASTERS)
    execute(MATCHES, [-(-wanted // FORECASTERS), rows.finished_match(0).pk])


def forecasts(wanted: int) -> Iterator[ImportRow]:
    """Yield predictions with score and probabilities, the same ones every time."""
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
