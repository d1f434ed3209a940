-- The form of every tally from all the scores that are folded, however it came to be what it is.
-- The planner must know how many rows were just written, or it compares each with each.

ANALYZE stats_tally;
DROP TABLE IF EXISTS stats_letters;
CREATE TEMPORARY TABLE stats_letters ON COMMIT DROP AS
SELECT t.scope, t.scope_id, t.forecaster_id, t.provenance, stats_period(t.scope, m.kickoff_at) AS period_on,
       string_agg(CASE WHEN s.exact_points > 0 THEN 'E' WHEN s.goal_difference_points > 0 THEN 'D'
                       WHEN s.tendency_points > 0 THEN 'T' ELSE '-' END, ''
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
JOIN stats_tally t ON t.scope = board.scope AND t.scope_id = board.scope_id AND t.forecaster_id = p.forecaster_id
    AND t.provenance IN (p.provenance, 'all')
WHERE c.superseded_at IS NULL AND c.folded_at IS NOT NULL AND s.points IS NOT NULL
GROUP BY t.scope, t.scope_id, t.forecaster_id, t.provenance, stats_period(t.scope, m.kickoff_at);
ANALYZE stats_letters;

UPDATE stats_tally
SET period_on = NULL, letters = '', first_place = NULL, last_place = NULL, streak_before = 0, best_before = 0,
    form_before = '', current_streak = 0, best_streak = 0, form = '', disturbed = false;

-- The last period stays with the tally, those before it are what it goes on from.
WITH run AS (
    SELECT scope, scope_id, forecaster_id, provenance, max(period_on) AS period_on,
           string_agg(letters, '' ORDER BY period_on) AS letters
    FROM stats_letters GROUP BY scope, scope_id, forecaster_id, provenance
),
split AS (
    SELECT newest.*, run.letters AS run, left(run.letters, length(run.letters) - length(newest.letters)) AS before
    FROM run JOIN stats_letters newest USING (scope, scope_id, forecaster_id, provenance, period_on)
)
UPDATE stats_tally t
SET period_on = split.period_on, letters = split.letters,
    first_place = split.first_place, last_place = split.last_place,
    streak_before = stats_streak(0, before), best_before = stats_best(0, 0, before), form_before = right(before, 5),
    current_streak = stats_streak(0, run), best_streak = stats_best(0, 0, run), form = right(run, 5)
FROM split
WHERE t.scope = split.scope AND t.scope_id = split.scope_id AND t.forecaster_id = split.forecaster_id
  AND t.provenance = split.provenance;

DELETE FROM stats_stretch;
INSERT INTO stats_stretch (scope, scope_id, forecaster_id, provenance, period_on, letters)
SELECT l.scope, l.scope_id, l.forecaster_id, l.provenance, l.period_on, l.letters
FROM stats_letters l JOIN stats_tally t USING (scope, scope_id, forecaster_id, provenance)
WHERE l.period_on < t.period_on;
DROP TABLE stats_letters;
