-- Page of the current predictions of a match with their points, best first.

SELECT f.slug, f.name, p.provenance, p.home_goals, p.away_goals, p.p_home, p.p_draw, p.p_away, p.submitted_at, p.after_exposure,
       v.points, v.tendency_points, v.goal_difference_points, v.exact_points, v.rps, p.rationale
FROM matches_prediction p
JOIN matches_forecaster f ON f.id = p.forecaster_id
LEFT JOIN scoring_settlement s ON s.match_id = p.match_id AND s.superseded_at IS NULL
LEFT JOIN scoring_settlementscore v ON v.settlement_id = s.id AND v.prediction_id = p.id
WHERE p.match_id = %(match)s AND p.superseded_at IS NULL
ORDER BY v.points DESC NULLS LAST, v.rps NULLS LAST, f.name
LIMIT %(size)s OFFSET %(start)s
