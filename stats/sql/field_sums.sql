-- Store the number and sums of the predictions with probabilities of these settlements (FieldSum).

INSERT INTO stats_fieldsum (settlement_id, provenance, predictions, rps_sum, brier_sum)
SELECT s.settlement_id, made.provenance, count(*),
       stats_sum(round(s.rps * 1e9)::bigint), stats_sum(round(s.brier * 1e9)::bigint)
FROM scoring_settlementscore s
JOIN matches_prediction p ON p.id = s.prediction_id
CROSS JOIN LATERAL (
    SELECT stats_provenance(p.provenance, p.after_exposure) UNION ALL SELECT 'all' WHERE p.provenance <> 'hindsight'
) AS made (provenance)
WHERE s.settlement_id = ANY(%(settlements)s::bigint[]) AND s.rps IS NOT NULL
GROUP BY s.settlement_id, made.provenance
