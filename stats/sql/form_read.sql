-- The letters of disturbed rows in the touched periods, read anew from the scores that are folded.
-- MATERIALIZED: read once, not once for each row that wants them; the planner cannot know how many do.

WITH {touched},
bounds AS (
    SELECT min(period) AS since, max(period) + interval '1 year' AS until FROM touched
),
wanted AS (
    SELECT t.id, t.scope, t.scope_id, t.forecaster_id, t.provenance, t.period_on, touched.period
    FROM touched JOIN stats_tally t USING (scope, scope_id)
    WHERE t.disturbed
),
match AS MATERIALIZED (
    SELECT touched.scope, touched.scope_id, touched.period, c.id AS settlement_id,
           ARRAY[m.kickoff_at, first.settled_at] AS place, m.id AS match_id
    FROM bounds
    JOIN matches_match m
        ON m.kickoff_at >= bounds.since AT TIME ZONE 'UTC' AND m.kickoff_at < bounds.until AT TIME ZONE 'UTC'
    JOIN matches_season se ON se.id = m.season_id
    CROSS JOIN LATERAL stats_boards(se.competition_id, m.season_id, m.home_team_id, m.away_team_id) AS board
    JOIN touched ON touched.scope = board.scope AND touched.scope_id = board.scope_id
        AND touched.period = stats_period(board.scope, m.kickoff_at)
    JOIN scoring_settlement c ON c.match_id = m.id AND c.superseded_at IS NULL AND c.folded_at IS NOT NULL
    JOIN scoring_settlement first ON first.match_id = m.id AND first.number = 1
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
found AS (
    SELECT id, scope, scope_id, forecaster_id, provenance, period, period_on,
           coalesce(run.letters, '') AS letters, first_place, last_place
    FROM wanted LEFT JOIN run USING (scope, scope_id, period, forecaster_id, provenance)
),
kept AS (
    INSERT INTO stats_stretch AS stretch (scope, scope_id, forecaster_id, provenance, period_on, letters)
    SELECT f.scope, f.scope_id, f.forecaster_id, f.provenance, f.period, f.letters
    FROM found f LEFT JOIN stats_stretch s ON (s.scope, s.scope_id, s.forecaster_id, s.provenance, s.period_on)
                                            = (f.scope, f.scope_id, f.forecaster_id, f.provenance, f.period)
    WHERE f.period < f.period_on AND f.letters IS DISTINCT FROM coalesce(s.letters, '')
    ON CONFLICT (scope, scope_id, forecaster_id, provenance, period_on) DO UPDATE SET letters = excluded.letters
)
UPDATE stats_tally t
SET letters = found.letters, first_place = found.first_place, last_place = found.last_place
FROM found WHERE t.id = found.id AND found.period = t.period_on
