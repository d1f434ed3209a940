-- Add (sign 1) or subtract (sign -1) what these settlements contribute to the sums of pairs (PairSum).
--
-- `only` and `is_new` are conditions on a prediction `p`: to fill the sums of one forecaster who joins the panel, only
-- the scores of the forecasters that it is compared with are read, and only its own pairs are added.
--
-- The squares are rounded as floats, because the square of a difference in billionths can exceed the range of bigint.
-- All other arithmetic is in integers. UPDATE and INSERT instead of an upsert: it locks no row first, which takes half
-- the time and a quarter less WAL. The rows are found once, by their key, and updated by their place in the table: no
-- other transaction changes them, because a refresh has the lock.
--
-- As in fold.sql, the predictions are read before anything is joined to them (`predicted`).
--
-- The scores of a settlement are packed into arrays by role and compared after unpacking them. A join of scores with
-- scores would depend on the planner's estimate: for a settlement that is newer than its statistics it expects one row,
-- and compares each of 100,000 forecasters with each.

WITH predicted AS MATERIALIZED (
    SELECT s.settlement_id, p.forecaster_id, {is_new} AS is_new,
           CASE p.provenance WHEN 'hindsight' THEN 'hindsight' ELSE 'all' END AS field,
           stats_provenance(p.provenance, p.after_exposure) COLLATE "C" AS provenance, s.points::int AS points,
           round(s.rps * 1e9)::bigint AS rps, round(s.brier * 1e9)::bigint AS brier,
           round(s.log_score * 1e9)::bigint AS log_score
    FROM scoring_settlementscore s
    JOIN matches_prediction p ON p.id = s.prediction_id
    WHERE s.settlement_id = ANY(%(settlements)s::bigint[]) AND {only}
),
scored AS MATERIALIZED (
    SELECT s.settlement_id, m.season_id, s.forecaster_id, s.is_new,
           CASE participant.role WHEN 'reference' THEN 1 WHEN 'panel' THEN 2 ELSE 3 END AS side,
           s.provenance, s.points, s.rps, s.brier, s.log_score,
           stats_mean(1000000000, own.predictions) AS weight, stats_mean(1000000000, everyone.predictions) AS weight_all
    FROM predicted s
    JOIN scoring_settlement c ON c.id = s.settlement_id
    JOIN matches_match m ON m.id = c.match_id
    JOIN stats_participant participant ON participant.season_id = m.season_id
                                      AND participant.forecaster_id = s.forecaster_id
    LEFT JOIN stats_fieldsum own ON own.settlement_id = s.settlement_id AND own.provenance = s.provenance
    LEFT JOIN stats_fieldsum everyone ON everyone.settlement_id = s.settlement_id AND everyone.provenance = s.field
    WHERE c.id = ANY(%(settlements)s::bigint[])
),
packed AS MATERIALIZED (
    SELECT settlement_id, season_id, side, {packed} FROM scored GROUP BY settlement_id, season_id, side
),
compared AS MATERIALIZED (
    SELECT a.settlement_id, a.season_id, {of_a}, {of_b}
    FROM (VALUES (1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1)) AS sides (a, b)
    JOIN packed a ON a.side = sides.a
    JOIN packed b ON b.side = sides.b AND b.settlement_id = a.settlement_id
),
pair AS (
    SELECT c.season_id, a.forecaster_id AS a_id, b.forecaster_id AS b_id,
           CASE WHEN a.provenance = b.provenance AND a.provenance <> 'exposed' THEN a.provenance
                ELSE 'mixed' END AS provenance,
           a.points - b.points AS points, a.rps - b.rps AS rps, a.brier - b.brier AS brier,
           a.log_score - b.log_score AS log_score,
           CASE WHEN a.provenance = b.provenance AND a.provenance <> 'exposed' THEN a.weight END AS weight, a.weight_all
    FROM compared c
    CROSS JOIN LATERAL unnest({arrays_a}) AS a ({names})
    CROSS JOIN LATERAL unnest({arrays_b}) AS b ({names})
    WHERE b.forecaster_id > a.forecaster_id AND (a.is_new OR b.is_new)
      AND (a.provenance = 'hindsight') = (b.provenance = 'hindsight')
      AND (a.points + b.points IS NOT NULL OR a.rps + b.rps IS NOT NULL)
),
contribution AS MATERIALIZED (
    SELECT season_id, a_id, b_id, provenance, count(points)::int AS score_matches, count(rps)::int AS probability_matches,
           coalesce(sum(points), 0)::int AS points, coalesce(sum(points * points), 0)::int AS points_squares,
           {sums},
           stats_sum(weight) FILTER (WHERE rps IS NOT NULL) AS weight,
           stats_sum(weight_all) FILTER (WHERE rps IS NOT NULL) AS weight_all
    FROM pair
    GROUP BY season_id, a_id, b_id, provenance
),
matched AS MATERIALIZED (
    SELECT added.*, sums.ctid AS place
    FROM contribution added
    LEFT JOIN stats_pairsum sums ON sums.season_id = added.season_id AND sums.a_id = added.a_id
                                AND sums.b_id = added.b_id AND sums.provenance = added.provenance
),
updated AS (
    UPDATE stats_pairsum sums SET {additions} FROM matched added WHERE sums.ctid = added.place
)
INSERT INTO stats_pairsum (season_id, a_id, b_id, provenance, {columns})
SELECT season_id, a_id, b_id, provenance, {columns} FROM matched WHERE place IS NULL
