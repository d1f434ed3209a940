-- What these settlements said of each forecaster, in the order given: points, and one letter a scored pick.
SELECT p.forecaster_id, sum(v.points),
       string_agg(stats_letter(v.tendency_points, v.goal_difference_points, v.exact_points), '' ORDER BY wanted.place)
FROM unnest(%(settlements)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
JOIN scoring_verdict v ON v.settlement_id = wanted.id
JOIN matches_prediction p ON p.id = v.prediction_id
WHERE v.points IS NOT NULL
GROUP BY p.forecaster_id
