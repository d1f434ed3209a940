"""Settlement as in the reference system: read every prediction, score each in Python, write each.

One transaction with the rows locked, the quotas counted from all predictions and stored, one statement per
prediction. It uses the project's rules and identical tables, so that only the method differs.
"""

from django.db import connection, transaction

from matches.models import Match
from scoring import rules

ROWS = """
SELECT id, home_goals, away_goals, p_home, p_draw, p_away FROM matches_prediction
WHERE match_id = %s AND superseded_at IS NULL FOR UPDATE
"""
SETTLE = """
INSERT INTO scoring_settlement (match_id, number, result_version, rule, home_goals, away_goals, quota_home,
                                quota_draw, quota_away, predictions, voided, settled_at)
VALUES (%s, 1, %s, %s, %s, %s, %s, %s, %s, %s, false, clock_timestamp()) RETURNING id
"""
WRITE = """
INSERT INTO bench_score_twin (prediction_id, settlement_id, tendency_points, goal_difference_points,
                              exact_points, points, rps, brier, log_score)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def score_row_at_a_time(match_id: int) -> None:
    """Score every prediction of the match into the twin table, one by one."""
    match = Match.objects.select_related("season__competition").get(pk=match_id)
    result = match.counting_score
    assert result is not None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROWS, [match_id])
        rows = cursor.fetchall()
        picks = [rules.tendency(home, away) for _, home, away, *_ in rows]
        quotas = rules.quotas(*(picks.count(what) for what in ("home", "draw", "away")))
        judged = (match.pk, match.result_version, rules.RULE, *result)
        cursor.execute(SETTLE, [*judged, quotas.home, quotas.draw, quotas.away, len(rows)])
        (settlement,) = cursor.fetchone()
        for pk, home, away, *probabilities in rows:
            points = rules.points((home, away), result, quotas)
            given = rules.Probabilities(*probabilities)
            scores = (
                rules.ranked_probability_score(given, result),
                rules.brier_score(given, result),
                rules.log_score(given, result),
            )
            parts = (points.tendency, points.goal_difference, points.exact, points.total)
            cursor.execute(WRITE, [pk, settlement, *parts, *scores])
