"""Any number of predictions of one match, by generated forecasters."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from matches.models import Competition, Match, Season, Team
from matches.result import Result
from matches.services import predictions as prediction_services

# Disables triggers, as a restore does, which is faster. Requires a superuser.
UNGUARDED = "SET LOCAL session_replication_role = replica"

FORECASTERS = """
INSERT INTO matches_forecaster (slug, name, kind, description, maker, model_version, is_baseline)
SELECT 'bench-' || n, 'Forecaster ' || n, 'human', '', '', '', false
FROM generate_series(1 + (SELECT count(*) FROM matches_forecaster), %(wanted)s) AS n
"""

PREDICTIONS = """
INSERT INTO matches_prediction (match_id, forecaster_id, home_goals, away_goals, p_home, p_draw, p_away,
                                submitted_at, provenance, late, rationale)
SELECT %(match)s, f.id, floor(random() * random() * 5), floor(random() * random() * 4),
       p.home, p.draw, 1 - p.home - p.draw, %(at)s, 'live', false, ''
FROM (SELECT id FROM matches_forecaster ORDER BY id LIMIT %(wanted)s) f
CROSS JOIN LATERAL (SELECT 0.2 + 0.4 * random() + 0 * f.id AS home, 0.1 + 0.2 * random() + 0 * f.id AS draw) p
"""


def forecasters(wanted: int) -> None:
    """Create forecasters until there are this many."""
    with connection.cursor() as cursor:
        cursor.execute(FORECASTERS, {"wanted": wanted})


def finished_match(predictions: int) -> Match:
    """Create a match that ended today 2-1 with this many live predictions, recorded but not settled."""
    kickoff = timezone.now() - timedelta(hours=2)
    match = _match(kickoff)
    forecasters(predictions)
    predict(match, predictions)
    finish(match, 2, 1)
    return match


def predict(match: Match, wanted: int) -> None:
    """Create live predictions of the first `wanted` forecasters, received an hour before the kickoff."""
    values: dict[str, Any] = {
        "match": match.pk,
        "wanted": wanted,
        "at": match.kickoff_at - timedelta(hours=1),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(UNGUARDED)
        cursor.execute(PREDICTIONS, values)


def finish(match: Match, home: int, away: int) -> None:
    """Record a result."""
    result = Result(status="finished", home_score=home, away_score=away)
    prediction_services.record_result(
        match_id=match.pk, result=result, source="bench", recorded_at=timezone.now()
    )
    match.refresh_from_db()


def _match(kickoff: datetime) -> Match:
    competition, _ = Competition.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    season, _ = Season.objects.get_or_create(
        competition=competition,
        label="now",
        defaults={"starts_on": "2000-01-01", "ends_on": "2100-01-01"},
    )
    home, away = (
        Team.objects.get_or_create(slug=slug, defaults={"name": slug.title(), "short_name": slug.title()})[0]
        for slug in ("ashford", "barrow")
    )
    number = season.matches.count() + 1
    return Match.objects.create(
        season=season,
        round_label=f"Round {number}",
        matchday=number,
        kickoff_at=kickoff,
        lock_at=kickoff,
        home_team=home,
        away_team=away,
    )
