-- Recompute the form of every tally from all folded scores. The query starts from the scores: starting from the tallies
-- of each match's boards would examine every forecaster for every match. Matches and board periods (a period of a board)
-- are numbered, because five letters per score are sorted, and integers sort five times as fast. ANALYZE gives the
-- planner the sizes of the tables just written; otherwise it would choose nested loops.

ANALYZE stats_tally;
SET LOCAL work_mem = '256MB';  -- the letters of all boards are sorted at once
DROP TABLE IF EXISTS stats_played, stats_placed, stats_letters;

CREATE TEMPORARY TABLE stats_played ON COMMIT DROP AS
SELECT c.id AS settlement_id, m.kickoff_at, ARRAY[m.kickoff_at, first.settled_at] AS place,
       row_number() OVER (ORDER BY m.kickoff_at, first.settled_at, m.id)::int AS number,
       se.competition_id, m.season_id, m.home_team_id, m.away_team_id
FROM scoring_settlement c
JOIN scoring_settlement first ON first.match_id = c.match_id AND first.number = 1
JOIN matches_match m ON m.id = c.match_id
JOIN matches_season se ON se.id = m.season_id
WHERE c.superseded_at IS NULL AND c.folded_at IS NOT NULL;

CREATE TEMPORARY TABLE stats_placed ON COMMIT DROP AS
SELECT played.settlement_id, played.number, board.scope, board.scope_id, period.period_on,
       dense_rank() OVER (ORDER BY board.scope, board.scope_id, period.period_on)::int AS board_period
FROM stats_played played
CROSS JOIN LATERAL stats_boards(competition_id, season_id, home_team_id, away_team_id) AS board
CROSS JOIN LATERAL stats_period(board.scope, played.kickoff_at) AS period (period_on);
ANALYZE stats_played, stats_placed;

CREATE TEMPORARY TABLE stats_letters ON COMMIT DROP AS
WITH scored AS MATERIALIZED (  -- look up each prediction once, not once per board
    SELECT s.settlement_id, p.forecaster_id, stats_provenance(p.provenance, p.after_exposure) AS provenance,
           stats_letter(s.tendency_points, s.goal_difference_points, s.exact_points) AS letter
    FROM scoring_settlementscore s JOIN matches_prediction p ON p.id = s.prediction_id
    WHERE s.points IS NOT NULL
),
run AS (
    SELECT placed.board_period, scored.forecaster_id, made.provenance,
           string_agg(scored.letter, '' ORDER BY placed.number) AS letters,
           min(placed.number) AS first_number, max(placed.number) AS last_number
    FROM scored
    JOIN stats_placed placed USING (settlement_id)
    CROSS JOIN LATERAL (
        SELECT scored.provenance UNION ALL
        SELECT 'all' WHERE scored.provenance <> 'hindsight'
                       AND scored.forecaster_id IN (SELECT forecaster_id FROM stats_tally
                                                    WHERE scope = 'overall' AND scope_id = 0 AND provenance = 'all')
    ) AS made
    GROUP BY placed.board_period, scored.forecaster_id, made.provenance
)
SELECT board_period.scope, board_period.scope_id, run.forecaster_id, run.provenance, board_period.period_on, run.letters,
       first.place AS first_place, last.place AS last_place
FROM run
JOIN (SELECT DISTINCT board_period, scope, scope_id, period_on FROM stats_placed) AS board_period USING (board_period)
JOIN stats_played first ON first.number = run.first_number
JOIN stats_played last ON last.number = run.last_number;
ANALYZE stats_letters;

-- The last period is stored in the tally, with the streaks and form before it. Rows that are correct are not updated.
WITH board_period AS (
    SELECT *, lead(period_on) OVER (PARTITION BY scope, scope_id, forecaster_id, provenance ORDER BY period_on) IS NULL AS newest
    FROM stats_letters
),
run AS (
    SELECT scope, scope_id, forecaster_id, provenance, max(period_on) AS period_on,
           string_agg(letters, '' ORDER BY period_on) FILTER (WHERE NOT newest) AS before,
           max(letters) FILTER (WHERE newest) AS letters,
           max(first_place) FILTER (WHERE newest) AS first_place, max(last_place) FILTER (WHERE newest) AS last_place
    FROM board_period GROUP BY scope, scope_id, forecaster_id, provenance
),
begun AS MATERIALIZED (  -- evaluate the earlier periods only once
    SELECT t.id, run.period_on, coalesce(run.letters, '') AS letters, run.first_place, run.last_place,
           coalesce(stats_streak(0, before), 0) AS streak_before, coalesce(stats_best(0, 0, before), 0) AS best_before,
           coalesce(right(before, 5), '') AS form_before
    FROM stats_tally t LEFT JOIN run USING (scope, scope_id, forecaster_id, provenance)
),
computed AS (
    SELECT *, stats_streak(streak_before, letters) AS current_streak,
           stats_best(best_before, streak_before, letters) AS best_streak, right(form_before || letters, 5) AS form
    FROM begun
)
UPDATE stats_tally t
SET period_on = computed.period_on, letters = computed.letters, first_place = computed.first_place, last_place = computed.last_place,
    streak_before = computed.streak_before, best_before = computed.best_before, form_before = computed.form_before,
    current_streak = computed.current_streak, best_streak = computed.best_streak, form = computed.form, disturbed = false
FROM computed
WHERE t.id = computed.id AND (
    t.period_on, t.letters, t.first_place, t.last_place, t.streak_before, t.best_before, t.form_before,
    t.current_streak, t.best_streak, t.form, t.disturbed
) IS DISTINCT FROM (
    computed.period_on, computed.letters, computed.first_place, computed.last_place, computed.streak_before, computed.best_before,
    computed.form_before, computed.current_streak, computed.best_streak, computed.form, false
);

DELETE FROM stats_formperiod;
INSERT INTO stats_formperiod (scope, scope_id, forecaster_id, provenance, period_on, letters)
SELECT l.scope, l.scope_id, l.forecaster_id, l.provenance, l.period_on, l.letters
FROM stats_letters l JOIN stats_tally t USING (scope, scope_id, forecaster_id, provenance)
WHERE l.period_on < t.period_on;
DROP TABLE stats_played, stats_placed, stats_letters;
