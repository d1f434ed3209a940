-- Recompute the streaks and the form before the current period, for disturbed rows with a rebuilt earlier
-- period.

WITH {touched},
wanted AS (
    SELECT DISTINCT t.id, t.scope, t.scope_id, t.forecaster_id, t.provenance
    FROM touched JOIN stats_tally t USING (scope, scope_id)
    WHERE t.disturbed AND touched.period < t.period_on
),
past AS (
    SELECT wanted.id, coalesce(string_agg(s.letters, '' ORDER BY s.period_on), '') AS letters
    FROM wanted LEFT JOIN stats_formperiod s USING (scope, scope_id, forecaster_id, provenance)
    GROUP BY wanted.id
)
UPDATE stats_tally t
SET streak_before = stats_streak(0, past.letters), best_before = stats_best(0, 0, past.letters),
    form_before = right(past.letters, 5)
FROM past WHERE t.id = past.id
