"""Baseline of figure 2: read every prediction of a match, score each in Python, write each.

One transaction with the rows locked, the quotas counted from all predictions and stored, one statement per
prediction. It uses the project's rules and identical tables, so that only the method differs.
"""

from django.db import connection, transaction

from matches.models import Match
from scoring import rules
from tools.bench.database import execute

PREDICTIONS = """
SELECT id, home_goals, away_goals, p_home, p_draw, p_away FROM matches_prediction
WHERE match_id = %s AND superseded_at IS NULL FOR UPDATE
"""
SETTLEMENT = """
INSERT INTO scoring_settlement (match_id, number, result_version, rule, home_goals, away_goals, quota_home,
                                quota_draw, quota_away, predictions, voided, settled_at)
VALUES (%s, 1, %s, %s, %s, %s, %s, %s, %s, %s, false, clock_timestamp()) RETURNING id
"""
SCORE = """
INSERT INTO bench_score_twin (prediction_id, settlement_id, tendency_points, goal_difference_points,
                              exact_points, points, rps, brier, log_score)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@transaction.atomic
def score_row_at_a_time(match_id: int) -> None:
    """Score every prediction of the match into the twin table, one by one."""
    match = Match.objects.select_related("season__competition").get(pk=match_id)
    result = match.counting_score
    assert result is not None
    with connection.cursor() as cursor:
        cursor.execute(PREDICTIONS, [match_id])
        predictions = cursor.fetchall()
        picks = [rules.tendency(home, away) for _, home, away, *_ in predictions]
        quotas = rules.quotas(*(picks.count(tendency) for tendency in ("home", "draw", "away")))
        numbers = (*result, quotas.home, quotas.draw, quotas.away, len(predictions))
        settlement_id = execute(SETTLEMENT, [match.pk, match.result_version, rules.RULE, *numbers])[0]
        for pk, home, away, *probabilities in predictions:
            points = rules.points((home, away), result, quotas)
            forecast = rules.Probabilities(*probabilities)
            scores = [
                *(points.tendency, points.goal_difference, points.exact, points.total),
                rules.ranked_probability_score(forecast, result),
                rules.brier_score(forecast, result),
                rules.log_score(forecast, result),
            ]
            cursor.execute(SCORE, [pk, settlement_id, *scores])
