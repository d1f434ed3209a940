-- Usage statistics of the questions to one forecaster. Always returns one row; without an endpoint, its
-- columns are null.

WITH question AS (
    SELECT state, reason FROM matches_llmquestion WHERE forecaster_id = %(forecaster)s
),
answer AS (
    SELECT c.* FROM matches_llmquestion a JOIN matches_llmrequest c ON c.question_id = a.id WHERE a.forecaster_id = %(forecaster)s
)
SELECT e.id, e.model, e.paused_at, e.paused_until, e.failures_in_row,
       (SELECT count(*) FROM question WHERE state = 'answered'),
       (SELECT coalesce(json_object_agg(reason, n), '{}') FROM
           (SELECT reason, count(*) AS n FROM question WHERE state = 'missed' AND reason <> 'moved' GROUP BY reason) AS missed),
       (SELECT count(*) FROM answer),
       (SELECT coalesce(sum(tokens_in), 0)::bigint FROM answer),
       (SELECT coalesce(sum(tokens_out), 0)::bigint FROM answer),
       (SELECT sum(cost) FROM answer),
       (SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY latency_ms))::int FROM answer WHERE fault = '')
FROM (VALUES (1)) AS always(one)
LEFT JOIN matches_endpoint e ON e.forecaster_id = %(forecaster)s
