-- Begin a new period on these boards: archive the letters of the previous one, and carry over its streaks and form.

WITH {touched},
begun AS (
    SELECT scope, scope_id, max(period) AS period FROM touched GROUP BY scope, scope_id
),
over AS (
    SELECT t.id, t.scope, t.scope_id, t.forecaster_id, t.provenance, t.period_on, t.letters, begun.period AS begun
    FROM begun JOIN stats_tally t USING (scope, scope_id)
    WHERE t.period_on < begun.period
),
kept AS (
    INSERT INTO stats_formperiod (scope, scope_id, forecaster_id, provenance, period_on, letters)
    SELECT scope, scope_id, forecaster_id, provenance, period_on, letters FROM over WHERE letters <> ''
)
UPDATE stats_tally t
SET period_on = over.begun, letters = '', first_place = NULL,
    streak_before = t.current_streak, best_before = t.best_streak, form_before = t.form
FROM over WHERE t.id = over.id
