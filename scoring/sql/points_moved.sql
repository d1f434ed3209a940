-- What each forecaster's points did between two settlements of a match, for many such pairs at once.
--
-- %(changes)s, %(before)s, %(after)s: arrays of one length, a pair each; null stands for a state without points.
-- Scores without points (only probabilities were predicted) are left out on both sides.

WITH pair AS (
    SELECT *
    FROM unnest(%(changes)s::bigint[], %(before)s::bigint[], %(after)s::bigint[]) AS each (change, before, after)
),
side AS (
    SELECT change, before AS settlement_id, true AS is_before FROM pair
    UNION ALL
    SELECT change, after, false FROM pair
),
judged AS (
    SELECT side.change, side.is_before, prediction.forecaster_id, score.points
    FROM side
    JOIN scoring_verdict score USING (settlement_id)
    JOIN matches_prediction prediction ON prediction.id = score.prediction_id
    WHERE score.points IS NOT NULL
),
moved AS (
    SELECT change, forecaster_id,
           max(points) FILTER (WHERE is_before) AS before,
           max(points) FILTER (WHERE NOT is_before) AS after
    FROM judged
    GROUP BY change, forecaster_id
)
