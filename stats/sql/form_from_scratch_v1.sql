-- The form of every tally from all the scores that are folded, however it came to be what it is. The scores come first:
-- who looks for the tallies of each match's boards looks at every forecaster for every match. The planner must know how
-- many rows were just written, or it compares each with each.

ANALYZE stats_tally;
SET LOCAL work_mem = '256MB';  -- the letters of everybody's boards are sorted at once
DROP TABLE IF EXISTS stats_letters;
CREATE TEMPORARY TABLE stats_letters ON COMMIT DROP AS
SELECT board.scope, board.scope_id, p.forecaster_id, made.provenance,
       stats_period(board.scope, m.kickoff_at) AS period_on,
       string_agg(stats_letter(s.tendency_points, s.goal_difference_points, s.exact_points), ''
                  ORDER BY m.kickoff_at, first.settled_at, m.id) AS letters,
       min(ARRAY[m.kickoff_at, first.settled_at]) AS first_place,
       max(ARRAY[m.kickoff_at, first.settled_at]) AS last_place
FROM scoring_settlement c
JOIN scoring_settlement first ON first.match_id = c.match_id AND first.number = 1
JOIN matches_match m ON m.id = c.match_id
JOIN matches_season se ON se.id = m.season_id
JOIN scoring_verdict s ON s.settlement_id = c.id
JOIN matches_prediction p ON p.id = s.prediction_id
CROSS JOIN LATERAL stats_boards(se.competition_id, m.season_id, m.home_team_id, m.away_team_id) AS board
CROSS JOIN LATERAL (
    SELECT p.provenance UNION ALL
    SELECT 'all' WHERE p.forecaster_id IN (SELECT forecaster_id FROM stats_tally
                                           WHERE scope = 'overall' AND scope_id = 0 AND provenance = 'all')
) AS made
WHERE c.superseded_at IS NULL AND c.folded_at IS NOT NULL AND s.points IS NOT NULL
GROUP BY board.scope, board.scope_id, p.forecaster_id, made.provenance, stats_period(board.scope, m.kickoff_at);
ANALYZE stats_letters;

-- The last period stays with the tally, those before it are what it goes on from. Rows that say so already are left alone.
WITH run AS (
    SELECT scope, scope_id, forecaster_id, provenance, max(period_on) AS period_on,
           string_agg(letters, '' ORDER BY period_on) AS letters
    FROM stats_letters GROUP BY scope, scope_id, forecaster_id, provenance
),
split AS (
    SELECT newest.*, run.letters AS run, left(run.letters, length(run.letters) - length(newest.letters)) AS before
    FROM run JOIN stats_letters newest USING (scope, scope_id, forecaster_id, provenance, period_on)
),
told AS (
    SELECT t.id, split.period_on, coalesce(split.letters, '') AS letters, split.first_place, split.last_place,
           coalesce(stats_streak(0, before), 0) AS streak_before, coalesce(stats_best(0, 0, before), 0) AS best_before,
           coalesce(right(before, 5), '') AS form_before, coalesce(stats_streak(0, run), 0) AS current_streak,
           coalesce(stats_best(0, 0, run), 0) AS best_streak, coalesce(right(run, 5), '') AS form
    FROM stats_tally t LEFT JOIN split USING (scope, scope_id, forecaster_id, provenance)
)
UPDATE stats_tally t
SET period_on = told.period_on, letters = told.letters, first_place = told.first_place, last_place = told.last_place,
    streak_before = told.streak_before, best_before = told.best_before, form_before = told.form_before,
    current_streak = told.current_streak, best_streak = told.best_streak, form = told.form, disturbed = false
FROM told
WHERE t.id = told.id AND (
    t.period_on, t.letters, t.first_place, t.last_place, t.streak_before, t.best_before, t.form_before,
    t.current_streak, t.best_streak, t.form, t.disturbed
) IS DISTINCT FROM (
    told.period_on, told.letters, told.first_place, told.last_place, told.streak_before, told.best_before,
    told.form_before, told.current_streak, told.best_streak, told.form, false
);

DELETE FROM stats_stretch;
INSERT INTO stats_stretch (scope, scope_id, forecaster_id, provenance, period_on, letters)
SELECT l.scope, l.scope_id, l.forecaster_id, l.provenance, l.period_on, l.letters
FROM stats_letters l JOIN stats_tally t USING (scope, scope_id, forecaster_id, provenance)
WHERE l.period_on < t.period_on;
DROP TABLE stats_letters;
