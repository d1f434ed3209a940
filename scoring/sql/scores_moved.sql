-- Points of each forecaster before and after a change, and which of the other scores changed, for many pairs of
-- settlements at once.
--
-- %(changes)s, %(before)s, %(after)s: arrays of equal length, one pair per position. A null id stands for a state
-- without scores. `before` and `after` are null without a predicted score. A score missing on one side counts as
-- changed. All predictions are compared, including hindsight ones. If `before` and `after` are of two predictions,
-- `provenance` is hindsight if either is, else archive if either is: such points are never shown without a label.

WITH pair AS (
    SELECT *
    FROM unnest(%(changes)s::bigint[], %(before)s::bigint[], %(after)s::bigint[]) AS each (change, before, after)
),
side AS (
    SELECT change, before AS settlement_id, true AS is_before FROM pair
    UNION ALL
    SELECT change, after, false FROM pair
),
scored AS (
    SELECT side.change, side.is_before, prediction.forecaster_id, prediction.provenance, score.points,
           -- Without rounding, the order of summation can make equal scores differ in the last bit.
           round(score.rps::numeric, 9) AS rps, round(score.brier::numeric, 9) AS brier,
           round(score.log_score::numeric, 9) AS log_score
    FROM side
    JOIN scoring_settlementscore score USING (settlement_id)
    JOIN matches_prediction prediction ON prediction.id = score.prediction_id
),
moved AS (
    SELECT change, forecaster_id,
           CASE WHEN bool_or(provenance = 'hindsight') THEN 'hindsight'
                WHEN bool_or(provenance = 'archive') THEN 'archive' ELSE 'live' END AS provenance,
           max(points) FILTER (WHERE is_before) AS before,
           max(points) FILTER (WHERE NOT is_before) AS after,
           max(rps) FILTER (WHERE is_before) IS DISTINCT FROM max(rps) FILTER (WHERE NOT is_before) AS rps,
           max(brier) FILTER (WHERE is_before) IS DISTINCT FROM max(brier) FILTER (WHERE NOT is_before) AS brier,
           max(log_score) FILTER (WHERE is_before)
               IS DISTINCT FROM max(log_score) FILTER (WHERE NOT is_before) AS log_score
    FROM scored
    GROUP BY change, forecaster_id
)
