"""Decide which forecasters of a season are compared with each other, when the panel is full.

While the panel has room, new forecasters join with their first settlement (comparisons.py). Later, a
forecaster replaces another one if it has at least LEAD more matches. Without this lead, two forecasters could
replace each other again and again.
"""

from datetime import datetime

from django.db.models import Q

from core.db import sql
from stats.models import CalibrationCell, PairSum, Participant
from stats.tallies import comparisons

LEAD = 10  # matches
Role = Participant.Role
# The forecaster outside with most matches, and the member of the panel with fewest. References stay.
_CHANGE = """
WITH counted AS (
    SELECT p.forecaster_id, p.role, coalesce((
        SELECT sum(t.matches) FROM stats_tally t
        WHERE t.scope = 'season' AND t.scope_id = p.season_id AND t.forecaster_id = p.forecaster_id
          AND t.provenance <> 'all'
    ), 0) AS matches
    FROM stats_participant p WHERE p.season_id = %(season)s::bigint
),
joiner AS (SELECT * FROM counted WHERE role = 'outside' ORDER BY matches DESC, forecaster_id LIMIT 1),
leaver AS (SELECT * FROM counted WHERE role = 'panel' ORDER BY matches, forecaster_id DESC LIMIT 1)
SELECT joiner.forecaster_id, leaver.forecaster_id FROM joiner, leaver
WHERE joiner.matches >= leaver.matches + %(lead)s::int
"""


def next_change(season_id: int) -> tuple[int, int] | None:
    """Return the forecaster who should join the panel of the season and the one who should leave it."""
    if not Participant.objects.filter(season=season_id, role=Role.OUTSIDE).exists():
        return None
    rows = sql.fetch_all(_CHANGE, {"season": season_id, "lead": LEAD})
    return rows[0] if rows else None


def change(season_id: int, joiner: int, leaver: int, *, at: datetime) -> None:
    """Replace a member of the panel and compute the sums of the new one from all counted settlements.

    Requires the lock of a refresh until the transaction ends.
    """
    season = Participant.objects.filter(season=season_id)
    references = season.filter(role=Role.REFERENCE).values("forecaster")
    season.filter(forecaster=leaver).update(role=Role.OUTSIDE, left_at=at)
    season.filter(forecaster=joiner).update(role=Role.PANEL, joined_at=at)
    pairs = PairSum.objects.filter(season=season_id)
    pairs.filter(Q(a=joiner) | Q(b=joiner)).delete()
    pairs.filter(Q(a=leaver) & ~Q(b__in=references) | Q(b=leaver) & ~Q(a__in=references)).delete()
    CalibrationCell.objects.filter(season=season_id, forecaster=leaver).delete()
    comparisons.fill(season_id, joiner)
