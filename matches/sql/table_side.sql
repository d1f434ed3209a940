-- Every match that counts in a table, once for each of its two teams: goals and outcome (W, D, L), and the outcome of a
-- shootout after a draw (W, L or empty). Finished matches count with their score after 90 minutes. Awarded matches
-- count as awarded; without a score, the winner gets 3-0, and if both sides lose, each loses 0-3.

CREATE VIEW matches_tableside AS
SELECT id AS match_id, season_id, stage_id, "group", kickoff_at, home_team_id AS team_id, away_team_id AS opponent_id,
       true AS at_home,
       coalesce(home_score, CASE award WHEN 'home' THEN 3 ELSE 0 END) AS goals_for,
       coalesce(away_score, CASE award WHEN 'home' THEN 0 ELSE 3 END) AS goals_against,
       CASE WHEN award = 'home' OR award = '' AND home_score > away_score THEN 'W'
            WHEN award = '' AND home_score = away_score THEN 'D' ELSE 'L' END AS outcome,
       CASE WHEN award = '' AND home_score = away_score AND home_penalties <> away_penalties
            THEN CASE WHEN home_penalties > away_penalties THEN 'W' ELSE 'L' END ELSE '' END AS shootout
FROM matches_match WHERE status IN (TABLE_STATUSES) AND (home_score IS NOT NULL OR award <> '')
UNION ALL
SELECT id, season_id, stage_id, "group", kickoff_at, away_team_id, home_team_id,
       false,
       coalesce(away_score, CASE award WHEN 'away' THEN 3 ELSE 0 END),
       coalesce(home_score, CASE award WHEN 'away' THEN 0 ELSE 3 END),
       CASE WHEN award = 'away' OR award = '' AND away_score > home_score THEN 'W'
            WHEN award = '' AND home_score = away_score THEN 'D' ELSE 'L' END,
       CASE WHEN award = '' AND home_score = away_score AND home_penalties <> away_penalties
            THEN CASE WHEN away_penalties > home_penalties THEN 'W' ELSE 'L' END ELSE '' END
FROM matches_match WHERE status IN (TABLE_STATUSES) AND (home_score IS NOT NULL OR award <> '');
