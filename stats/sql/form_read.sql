-- The letters of disturbed rows in the touched periods, read anew from the scores that are folded.
-- MATERIALIZED: each step is done once and its rows are then looked up by key, whatever the planner expects of a
-- table that was changed this moment.

WITH {touched},
bounds AS (
    SELECT min(period) AS since, max(period) + interval '1 year' AS until FROM touched
),
placed AS MATERIALIZED (
    SELECT m.id, m.kickoff_at, board.scope, board.scope_id, stats_period(board.scope, m.kickoff_at) AS period
    FROM bounds
    JOIN matches_match m
        ON m.kickoff_at >= bounds.since AT TIME ZONE 'UTC' AND m.kickoff_at < bounds.until AT TIME ZONE 'UTC'
    JOIN matches_season se ON se.id = m.season_id
    CROSS JOIN LATERAL stats_boards(se.competition_id, m.season_id, m.home_team_id, m.away_team_id) AS board
),
match AS MATERIALIZED (
    SELECT placed.scope, placed.scope_id, placed.period, c.id AS settlement_id, placed.id AS match_id,
           ARRAY[placed.kickoff_at, first.settled_at] AS place
    FROM touched JOIN placed USING (scope, scope_id, period)
    JOIN scoring_settlement c ON c.match_id = placed.id AND c.superseded_at IS NULL AND c.folded_at IS NOT NULL
    JOIN scoring_settlement first ON first.match_id = placed.id AND first.number = 1
),
run AS MATERIALIZED (
    SELECT match.scope, match.scope_id, match.period, p.forecaster_id, made.provenance,
           string_agg(CASE WHEN s.exact_points > 0 THEN 'E' WHEN s.goal_difference_points > 0 THEN 'D'
                           WHEN s.tendency_points > 0 THEN 'T' ELSE '-' END, ''
                      ORDER BY match.place, match.match_id) AS letters,
           min(match.place) AS first_place, max(match.place) AS last_place
    FROM match
    JOIN scoring_verdict s ON s.settlement_id = match.settlement_id AND s.points IS NOT NULL
    JOIN matches_prediction p ON p.id = s.prediction_id
    CROSS JOIN LATERAL (VALUES (p.provenance), ('all')) AS made (provenance)
    GROUP BY match.scope, match.scope_id, match.period, p.forecaster_id, made.provenance
),
kept AS (
    INSERT INTO stats_stretch (scope, scope_id, forecaster_id, provenance, period_on, letters)
    SELECT run.scope, run.scope_id, run.forecaster_id, run.provenance, run.period, run.letters
    FROM run JOIN stats_tally t USING (scope, scope_id, forecaster_id, provenance)
    WHERE t.disturbed AND run.period < t.period_on
)
UPDATE stats_tally t
SET letters = run.letters, first_place = run.first_place, last_place = run.last_place
FROM run
WHERE t.scope = run.scope AND t.scope_id = run.scope_id AND t.forecaster_id = run.forecaster_id
  AND t.provenance = run.provenance AND t.disturbed AND t.period_on = run.period
