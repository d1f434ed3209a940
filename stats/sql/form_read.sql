-- Rebuild the letters of disturbed rows in the touched periods from the folded scores.
-- MATERIALIZED: each step is evaluated once and its rows are then looked up by key, because the planner's estimates
-- are wrong for a table that was just changed.

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
    SELECT placed.scope, placed.scope_id, placed.period, c.id AS settlement_id,
           ARRAY[placed.kickoff_at, first.settled_at] AS place,
           dense_rank() OVER (ORDER BY placed.scope, placed.scope_id, placed.period) AS board_period,
           row_number() OVER (ORDER BY placed.kickoff_at, first.settled_at, placed.id) AS number
    FROM touched JOIN placed USING (scope, scope_id, period)
    JOIN scoring_settlement c ON c.match_id = placed.id AND c.superseded_at IS NULL AND c.folded_at IS NOT NULL
    JOIN scoring_settlement first ON first.match_id = placed.id AND first.number = 1
),
mixed AS MATERIALIZED (  -- forecasters with predictions of several provenances have a tally of all of them
    SELECT DISTINCT forecaster_id FROM touched JOIN stats_tally USING (scope, scope_id) WHERE provenance = 'all'
),
run AS MATERIALIZED (  -- sorted by integers, as there are 100,000 rows if many matches end together
    SELECT min(match.scope) AS scope, min(match.scope_id) AS scope_id, min(match.period) AS period,
           p.forecaster_id, made.provenance,
           string_agg(stats_letter(s.tendency_points, s.goal_difference_points, s.exact_points), ''
                      ORDER BY match.number) AS letters,
           min(match.place) AS first_place, max(match.place) AS last_place
    FROM match
    JOIN scoring_settlementscore s ON s.settlement_id = match.settlement_id AND s.points IS NOT NULL
    JOIN matches_prediction p ON p.id = s.prediction_id
    CROSS JOIN LATERAL (
        SELECT stats_provenance(p.provenance, p.after_exposure) UNION ALL SELECT 'all'
        WHERE p.forecaster_id IN (SELECT forecaster_id FROM mixed) AND p.provenance <> 'hindsight'
    ) AS made (provenance)
    GROUP BY match.board_period, p.forecaster_id, made.provenance
),
read AS MATERIALIZED (  -- one lookup by key per row: for a join the planner would underestimate the disturbed rows
    SELECT run.*, disturbed.id, disturbed.period_on
    FROM run CROSS JOIN LATERAL (
        SELECT t.id, t.period_on FROM stats_tally t
        WHERE t.scope = run.scope AND t.scope_id = run.scope_id AND t.forecaster_id = run.forecaster_id
          AND t.provenance = run.provenance AND t.disturbed
        LIMIT 1
    ) AS disturbed
),
kept AS (
    INSERT INTO stats_formperiod (scope, scope_id, forecaster_id, provenance, period_on, letters)
    SELECT scope, scope_id, forecaster_id, provenance, period, letters FROM read WHERE period < period_on
)
UPDATE stats_tally t
SET letters = read.letters, first_place = read.first_place, last_place = read.last_place
FROM read
WHERE t.id = read.id AND read.period = read.period_on
