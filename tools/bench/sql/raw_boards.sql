-- The leaderboards that can still change (all but those of closed seasons), computed from predictions and
-- scores, without tallies. They include counts, sums and averages, but not recent form, rank and provenance.

CREATE MATERIALIZED VIEW bench_raw AS
SELECT board.scope, board.scope_id, p.forecaster_id,
       count(*) AS matches, count(s.points) AS score_matches, sum(s.points) AS points,
       count(*) FILTER (WHERE s.tendency_points > 0) AS tendency_hits,
       count(*) FILTER (WHERE s.goal_difference_points > 0) AS goal_difference_hits,
       count(*) FILTER (WHERE s.exact_points > 0) AS exact_hits,
       avg(s.points) AS average_points, avg(s.rps) AS rps, avg(s.brier) AS brier, avg(s.log_score) AS log_score
FROM scoring_settlement c
JOIN scoring_settlementscore s ON s.settlement_id = c.id
JOIN matches_prediction p ON p.id = s.prediction_id
JOIN matches_match m ON m.id = c.match_id
JOIN matches_season se ON se.id = m.season_id
CROSS JOIN LATERAL stats_boards(se.competition_id, m.season_id, m.home_team_id, m.away_team_id) AS board
WHERE c.superseded_at IS NULL AND (board.scope <> 'season' OR se.closed_at IS NULL)
GROUP BY board.scope, board.scope_id, p.forecaster_id
WITH NO DATA;
