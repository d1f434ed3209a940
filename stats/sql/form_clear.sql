-- Clear the letters of disturbed rows in the touched periods; form_read.sql fills them from the scores.
-- `wanted` is materialised first, because otherwise the planner would read all periods of the boards.

WITH {touched},
wanted AS MATERIALIZED (
    SELECT t.scope, t.scope_id, t.forecaster_id, t.provenance, touched.period
    FROM touched JOIN stats_tally t USING (scope, scope_id)
    WHERE t.disturbed
),
forgotten AS (
    DELETE FROM stats_formperiod s USING wanted
    WHERE s.scope = wanted.scope AND s.scope_id = wanted.scope_id AND s.forecaster_id = wanted.forecaster_id
      AND s.provenance = wanted.provenance AND s.period_on = wanted.period
)
UPDATE stats_tally t SET letters = '', first_place = NULL, last_place = NULL
FROM touched
WHERE t.scope = touched.scope AND t.scope_id = touched.scope_id AND t.disturbed AND t.period_on = touched.period
