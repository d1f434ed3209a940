-- Mark the tallies of all forecasters who predicted a moved match as disturbed: its place in the order has
-- changed.

UPDATE stats_tally t SET disturbed = true
FROM matches_match m
JOIN matches_season se ON se.id = m.season_id
CROSS JOIN LATERAL stats_boards(se.competition_id, m.season_id, m.home_team_id, m.away_team_id) AS board
JOIN scoring_settlement c ON c.match_id = m.id AND c.superseded_at IS NULL AND c.folded_at IS NOT NULL
JOIN scoring_settlementscore s ON s.settlement_id = c.id AND s.points IS NOT NULL
JOIN matches_prediction p ON p.id = s.prediction_id
WHERE m.id = ANY(%(moved)s) AND t.scope = board.scope AND t.scope_id = board.scope_id
  AND t.forecaster_id = p.forecaster_id
