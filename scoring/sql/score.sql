-- Current points and scores of each prediction: its row of the match's current settlement.

CREATE VIEW scoring_score AS
SELECT v.prediction_id, v.settlement_id, v.tendency_points, v.goal_difference_points, v.exact_points,
       v.points, v.rps, v.brier, v.log_score
FROM scoring_settlementscore v
JOIN scoring_settlement s ON s.id = v.settlement_id AND s.superseded_at IS NULL;
