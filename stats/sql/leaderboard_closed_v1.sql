-- The boards of closed seasons: the same columns, refreshed only when one of them is settled anew.

CREATE MATERIALIZED VIEW stats_leaderboard_closed AS
SELECT t.scope, t.scope_id, t.forecaster_id,
       t.matches, t.score_matches, t.probability_matches,
       t.points, t.tendency_hits, t.goal_difference_hits, t.exact_hits,
       t.points::float8 / nullif(t.score_matches, 0) AS average_points,
       t.tendency_hits::float8 / nullif(t.score_matches, 0) AS tendency_accuracy,
       t.exact_hits::float8 / nullif(t.score_matches, 0) AS exact_accuracy,
       t.rps_sum / 1e9::float8 / nullif(t.probability_matches, 0) AS rps,
       t.brier_sum / 1e9::float8 / nullif(t.probability_matches, 0) AS brier,
       t.log_score_sum / 1e9::float8 / nullif(t.probability_matches, 0) AS log_score
FROM stats_tally t
JOIN matches_season s ON t.scope = 'season' AND s.id = t.scope_id
WHERE t.matches > 0 AND s.closed_at IS NOT NULL;

CREATE UNIQUE INDEX stats_leaderboard_closed_key ON stats_leaderboard_closed (scope, scope_id, forecaster_id);
