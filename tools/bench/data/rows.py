"""Generated rows for the benchmark: forecasters, predictions, and matches with a result."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from matches.models import Competition, Match, Season, Team
from matches.result import Result
from matches.services.results import record_result
from matches.services.stages import stage_named
from matches.stage_hints import LEAGUE, REGULAR_SEASON, StageHint
from matches.statuses import Status
from tools.bench.database import execute

# Disables all triggers until the end of the transaction, to insert faster. Requires a superuser.
DISABLE_TRIGGERS = "SET LOCAL session_replication_role = replica"

# The first two are references: all others are compared with them (stats/models/comparisons.py).
FORECASTERS = """
INSERT INTO matches_forecaster (slug, name, kind, description, maker, model_version, is_baseline)
SELECT 'bench-' || n, 'Forecaster ' || n, CASE n WHEN 2 THEN 'bookmaker' ELSE 'human' END, '', '', '', n = 1
FROM generate_series(1 + (SELECT count(*) FROM matches_forecaster), %s) AS n
"""

PREDICTIONS = """
INSERT INTO matches_prediction (match_id, forecaster_id, home_goals, away_goals, p_home, p_draw, p_away,
                                submitted_at, provenance, late, rationale)
SELECT m.id, f.id, floor(random() * random() * 5), floor(random() * random() * 4),
       p.home, p.draw, 1 - p.home - p.draw, m.kickoff_at - interval '1 hour', 'live', false, ''
FROM unnest(%(matches)s) AS m_id JOIN matches_match AS m ON m.id = m_id
CROSS JOIN (SELECT id FROM matches_forecaster ORDER BY id LIMIT %(wanted)s) f
CROSS JOIN LATERAL (
    SELECT 0.2 + 0.4 * random() + 0 * f.id * m.id AS home, 0.1 + 0.2 * random() + 0 * f.id * m.id AS draw
) p
"""


def forecasters(wanted: int) -> None:
    """Create forecasters until the database contains `wanted`."""
    execute(FORECASTERS, [wanted])


def predict(matches: list[Match], wanted: int) -> None:
    """Create live predictions of the first `wanted` forecasters for each match, one hour before kickoff."""
    forecasters(wanted)
    with transaction.atomic():
        execute(DISABLE_TRIGGERS)
        execute(PREDICTIONS, {"matches": [match.pk for match in matches], "wanted": wanted})


def finish(match: Match, home: int, away: int) -> None:
    """Record the score after 90 minutes, with the status finished."""
    result = Result(status=Status.FINISHED, home_score=home, away_score=away)
    record_result(match_id=match.pk, result=result, source="bench", recorded_at=timezone.now())
    match.refresh_from_db()


def add_finished_match(season: Season, home: Team, away: Team, predictions: int) -> Match:
    """Create a match that began two hours ago, with this many live predictions.

    Its result, 2-1, is recorded but not settled.
    """
    kickoff = timezone.now() - timedelta(hours=2)
    match = Match.objects.create(
        season=season,
        stage=stage_named(season, StageHint(REGULAR_SEASON, LEAGUE)),
        round_label=f"Today {season.matches.count() + 1}",
        kickoff_at=kickoff,
        lock_at=kickoff,
        home_team=home,
        away_team=away,
    )
    predict([match], predictions)
    finish(match, 2, 1)
    return match


def finished_match(predictions: int) -> Match:
    """Create a match with add_finished_match(), in the season "now" of the competition "bench"."""
    competition, _ = Competition.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    dates = {"starts_on": "2000-01-01", "ends_on": "2100-01-01"}
    season, _ = Season.objects.get_or_create(competition=competition, label="now", defaults=dates)
    home, away = (
        Team.objects.get_or_create(slug=slug, defaults={"name": slug.title(), "short_name": slug.title()})[0]
        for slug in ("ashford", "barrow")
    )
    return add_finished_match(season, home, away, predictions)
