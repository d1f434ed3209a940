-- Add (sign 1) or subtract (sign -1) what these settlements contribute to the sums of pairs (PairSum).
--
-- `only` and `is_new` are conditions on a prediction `p`: to fill the sums of one forecaster who joins the panel, only
-- the scores of the forecasters that it is compared with are read, and only its own pairs are added.
--
-- The squares are rounded as floats, because the square of a difference in billionths can exceed the range of bigint.
-- All other arithmetic is in integers. UPDATE and INSERT instead of an upsert: it locks no row first, which takes half
-- the time and a quarter less WAL. NOT IN is a hash lookup, which an anti join is not if the planner expects few rows.
-- Rows with `side` are materialized so that 100,000 forecasters outside the panel are joined with the references only.

WITH scored AS MATERIALIZED (
    SELECT s.settlement_id, m.season_id, p.forecaster_id, {is_new} AS is_new,
           (CASE participant.role WHEN 'reference' THEN 1 WHEN 'panel' THEN 2 ELSE 3 END)::smallint AS side,
           stats_provenance(p.provenance, p.after_exposure) COLLATE "C" AS provenance, s.points::int AS points,
           round(s.rps * 1e9)::bigint AS rps, round(s.brier * 1e9)::bigint AS brier,
           round(s.log_score * 1e9)::bigint AS log_score,
           stats_mean(1000000000, own.predictions) AS weight, stats_mean(1000000000, everyone.predictions) AS weight_all
    FROM scoring_settlementscore s
    JOIN scoring_settlement c ON c.id = s.settlement_id
    JOIN matches_match m ON m.id = c.match_id
    JOIN matches_prediction p ON p.id = s.prediction_id
    JOIN stats_participant participant ON participant.season_id = m.season_id
                                      AND participant.forecaster_id = p.forecaster_id
    LEFT JOIN stats_fieldsum own ON own.settlement_id = s.settlement_id
        AND own.provenance = stats_provenance(p.provenance, p.after_exposure)
    LEFT JOIN stats_fieldsum everyone ON everyone.settlement_id = s.settlement_id
        AND everyone.provenance = CASE p.provenance WHEN 'hindsight' THEN 'hindsight' ELSE 'all' END
    WHERE s.settlement_id = ANY(%(settlements)s::bigint[]) AND {only}
),
sided AS MATERIALIZED (
    SELECT scored.*, compared.with_side
    FROM scored
    JOIN (VALUES (1::smallint, 1::smallint), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1)) AS compared (side, with_side)
        ON compared.side = scored.side
),
pair AS (
    SELECT a.season_id, a.forecaster_id AS a_id, b.forecaster_id AS b_id,
           CASE WHEN a.provenance = b.provenance AND a.provenance <> 'exposed' THEN a.provenance
                ELSE 'mixed' END AS provenance,
           a.points - b.points AS points, a.rps - b.rps AS rps, a.brier - b.brier AS brier,
           a.log_score - b.log_score AS log_score,
           CASE WHEN a.provenance = b.provenance AND a.provenance <> 'exposed' THEN a.weight END AS weight, a.weight_all
    FROM sided a
    JOIN scored b ON b.settlement_id = a.settlement_id AND b.side = a.with_side AND b.forecaster_id > a.forecaster_id
    WHERE (a.is_new OR b.is_new) AND (a.provenance = 'hindsight') = (b.provenance = 'hindsight')
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
updated AS (
    UPDATE stats_pairsum sums SET {additions}
    FROM contribution added
    WHERE sums.season_id = added.season_id AND sums.a_id = added.a_id AND sums.b_id = added.b_id
      AND sums.provenance = added.provenance
    RETURNING sums.season_id, sums.a_id, sums.b_id, sums.provenance
)
INSERT INTO stats_pairsum (season_id, a_id, b_id, provenance, {columns})
SELECT season_id, a_id, b_id, provenance, {columns} FROM contribution
WHERE (season_id, a_id, b_id, provenance) NOT IN (SELECT season_id, a_id, b_id, provenance FROM updated)
