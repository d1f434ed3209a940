-- What each prediction is worth now: the verdict of the current settlement of its match.
-- By way of the match, so that one prediction is found through keys alone: a verdict has no index of its own
-- on its prediction.

CREATE VIEW scoring_score AS
SELECT v.prediction_id, v.settlement_id, v.tendency_points, v.goal_difference_points, v.exact_points,
       v.points, v.rps, v.brier, v.log_score
FROM matches_prediction p
JOIN scoring_settlement s ON s.match_id = p.match_id AND s.superseded_at IS NULL
JOIN scoring_verdict v ON v.settlement_id = s.id AND v.prediction_id = p.id;
