-- Add (sign 1) or take away (sign -1) what these settlements contribute to every board.
-- The ids come as an array: a join on «not yet folded» makes the planner read every prediction there is.

WITH contribution AS (
    SELECT board.scope, board.scope_id, p.forecaster_id, p.provenance,
           count(*) AS matches,
           count(s.points) AS score_matches,
           count(s.rps) AS probability_matches,
           coalesce(sum(s.points), 0) AS points,
           count(*) FILTER (WHERE s.tendency_points > 0) AS tendency_hits,
           count(*) FILTER (WHERE s.goal_difference_points > 0) AS goal_difference_hits,
           count(*) FILTER (WHERE s.exact_points > 0) AS exact_hits,
           coalesce(sum(round(s.rps * 1e9)::bigint), 0) AS rps_sum,
           coalesce(sum(round(s.brier * 1e9)::bigint), 0) AS brier_sum,
           coalesce(sum(round(s.log_score * 1e9)::bigint), 0) AS log_score_sum
    FROM {scores} s
    JOIN matches_prediction p ON p.id = s.prediction_id
    JOIN matches_match m ON m.id = p.match_id
    JOIN matches_season se ON se.id = m.season_id
    CROSS JOIN LATERAL (VALUES ('overall', 0::bigint), ('competition', se.competition_id), ('season', m.season_id),
                               ('team', m.home_team_id), ('team', m.away_team_id)) AS board(scope, scope_id)
    WHERE s.settlement_id = ANY(%(settlements)s)
    GROUP BY board.scope, board.scope_id, p.forecaster_id, p.provenance
)
INSERT INTO stats_tally AS tally (scope, scope_id, forecaster_id, provenance, matches, score_matches, probability_matches,
                                  points, tendency_hits, goal_difference_hits, exact_hits, rps_sum, brier_sum,
                                  log_score_sum)
SELECT scope, scope_id, forecaster_id, provenance, matches, score_matches, probability_matches,
       points, tendency_hits, goal_difference_hits, exact_hits, rps_sum, brier_sum, log_score_sum
FROM contribution
ORDER BY scope, scope_id, forecaster_id, provenance
ON CONFLICT (scope, scope_id, forecaster_id, provenance) DO UPDATE SET
    matches = tally.matches + %(sign)s * excluded.matches,
    score_matches = tally.score_matches + %(sign)s * excluded.score_matches,
    probability_matches = tally.probability_matches + %(sign)s * excluded.probability_matches,
    points = tally.points + %(sign)s * excluded.points,
    tendency_hits = tally.tendency_hits + %(sign)s * excluded.tendency_hits,
    goal_difference_hits = tally.goal_difference_hits + %(sign)s * excluded.goal_difference_hits,
    exact_hits = tally.exact_hits + %(sign)s * excluded.exact_hits,
    rps_sum = tally.rps_sum + %(sign)s * excluded.rps_sum,
    brier_sum = tally.brier_sum + %(sign)s * excluded.brier_sum,
    log_score_sum = tally.log_score_sum + %(sign)s * excluded.log_score_sum
