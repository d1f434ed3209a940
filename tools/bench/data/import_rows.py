"""Data for the import benchmark: predictions, match by match, generated while they are read."""

from collections.abc import Iterator

from django.db import connection

from matches.imports.predictions.bulk import ImportRow
from tools.bench.data import rows

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
    model = rows.finished_match(0)
    with connection.cursor() as cursor:
        cursor.execute(MATCHES, [-(-wanted // FORECASTERS), model.pk])


def forecasts(wanted: int) -> Iterator[ImportRow]:
    """Yield predictions with score and probabilities, the same ones every time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM matches_match WHERE round_label LIKE 'Past %' ORDER BY id")
        match_ids = [pk for (pk,) in cursor.fetchall()]
        cursor.execute("SELECT id FROM matches_forecaster ORDER BY id LIMIT %s", [FORECASTERS])
        who = [pk for (pk,) in cursor.fetchall()]
    chances = [(home, draw, 1 - home - draw) for home, draw in map(_home_and_draw, range(4_000))]
    for n in range(wanted):
        match_id, forecaster_id = match_ids[n // FORECASTERS], who[n % FORECASTERS]
        yield ImportRow(n + 1, match_id, forecaster_id, n % 4, n % 3, *chances[n % 4_000])


def _home_and_draw(n: int) -> tuple[float, float]:
    return 0.2 + n / 10_000, 0.1 + n * 104_729 % 2_000 / 10_000
