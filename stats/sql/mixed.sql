-- Forecasters with predictions of several provenances (live, archive, exposed), including the predictions of these
-- settlements; the second column is true if the forecaster already has tallies of all of them.

WITH kinds AS (
    SELECT forecaster_id, provenance FROM stats_tally
    WHERE scope = 'overall' AND scope_id = 0 AND provenance IN ('live', 'archive', 'exposed')
    UNION
    SELECT p.forecaster_id, stats_provenance(p.provenance, p.after_exposure)
    FROM scoring_settlementscore s JOIN matches_prediction p ON p.id = s.prediction_id
    WHERE s.settlement_id = ANY(%(settlements)s) AND p.provenance <> 'hindsight'
)
SELECT forecaster_id,
       EXISTS (SELECT FROM stats_tally t WHERE t.scope = 'overall' AND t.scope_id = 0 AND t.provenance = 'all'
                                           AND t.forecaster_id = kinds.forecaster_id)
FROM kinds GROUP BY forecaster_id HAVING count(*) > 1
