-- Every board that can still change: overall, competitions, teams, open seasons.
-- Averages are over what they are about: points over predicted scores, RPS over probabilities.

CREATE MATERIALIZED VIEW stats_leaderboard_live AS
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
LEFT JOIN matches_season s ON t.scope = 'season' AND s.id = t.scope_id
WHERE t.matches > 0 AND s.closed_at IS NULL;

CREATE UNIQUE INDEX stats_leaderboard_live_key ON stats_leaderboard_live (scope, scope_id, forecaster_id);
