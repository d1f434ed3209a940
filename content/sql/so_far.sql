-- Totals of each forecaster over these settlements, without hindsight predictions: matches, points, and one
-- letter per scored pick, in the order of the settlements.
SELECT p.forecaster_id, count(*), coalesce(sum(v.points), 0),
       coalesce(string_agg(stats_letter(v.tendency_points, v.goal_difference_points, v.exact_points), ''
                           ORDER BY wanted.place) FILTER (WHERE v.points IS NOT NULL), '')
FROM unnest(%(settlements)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
JOIN scoring_settlementscore v ON v.settlement_id = wanted.id
JOIN matches_prediction p ON p.id = v.prediction_id
WHERE p.provenance <> 'hindsight'
GROUP BY p.forecaster_id
