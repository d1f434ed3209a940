-- Boards that can still change: overall, competitions, teams, open seasons; for all predictions, and for live and
-- archive ones separately. Points are averaged over predicted scores, RPS etc. over predictions with probabilities.

CREATE MATERIALIZED VIEW stats_leaderboard_live AS
WITH board AS (
    SELECT t.scope, t.scope_id, t.forecaster_id, coalesce(t.provenance, 'all') AS provenance,
           sum(t.matches)::int AS matches,
           sum(t.score_matches)::int AS score_matches,
           sum(t.probability_matches)::int AS probability_matches,
           sum(t.points)::bigint AS points,
           sum(t.tendency_hits)::int AS tendency_hits,
           sum(t.goal_difference_hits)::int AS goal_difference_hits,
           sum(t.exact_hits)::int AS exact_hits,
           sum(t.rps_sum)::float8 / 1e9 AS rps_sum,
           sum(t.brier_sum)::float8 / 1e9 AS brier_sum,
           sum(t.log_score_sum)::float8 / 1e9 AS log_score_sum
    FROM stats_tally t
    LEFT JOIN matches_season s ON t.scope = 'season' AND s.id = t.scope_id
    WHERE t.matches > 0 AND s.closed_at IS NULL
    GROUP BY GROUPING SETS ((t.scope, t.scope_id, t.forecaster_id, t.provenance),
                            (t.scope, t.scope_id, t.forecaster_id))
)
SELECT scope, scope_id, forecaster_id, provenance, matches, score_matches, probability_matches,
       points, tendency_hits, goal_difference_hits, exact_hits,
       points::float8 / nullif(score_matches, 0) AS average_points,
       tendency_hits::float8 / nullif(score_matches, 0) AS tendency_accuracy,
       exact_hits::float8 / nullif(score_matches, 0) AS exact_accuracy,
       rps_sum / nullif(probability_matches, 0) AS rps,
       brier_sum / nullif(probability_matches, 0) AS brier,
       log_score_sum / nullif(probability_matches, 0) AS log_score
FROM board;

CREATE UNIQUE INDEX stats_leaderboard_live_key
    ON stats_leaderboard_live (scope, scope_id, forecaster_id, provenance);
