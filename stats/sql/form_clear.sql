-- Disturbed rows forget their letters in the touched periods; form_read.sql fills in what the scores say.

WITH {touched},
forgotten AS (
    DELETE FROM stats_stretch s USING touched JOIN stats_tally t USING (scope, scope_id)
    WHERE t.disturbed AND s.scope = t.scope AND s.scope_id = t.scope_id AND s.forecaster_id = t.forecaster_id
      AND s.provenance = t.provenance AND s.period_on = touched.period
)
UPDATE stats_tally t SET letters = '', first_place = NULL, last_place = NULL
FROM touched
WHERE t.scope = touched.scope AND t.scope_id = touched.scope_id AND t.disturbed AND t.period_on = touched.period
