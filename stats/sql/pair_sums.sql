-- Add (sign 1) or subtract (sign -1) what these settlements contribute to the sums of pairs (PairSum).
--
-- `only` and `is_new` are conditions on a prediction `p`: to fill the sums of one forecaster who joins the panel, only
-- the scores of the forecasters that it is compared with are read, and only its own pairs are added.
--
-- The squares are rounded as floats, so the recount must do the same: a square in billionths of billionths can exceed the
-- range of bigint. All other arithmetic is in integers.

WITH scored AS MATERIALIZED (
    SELECT s.settlement_id, m.season_id, p.forecaster_id, participant.role, {is_new} AS is_new,
           stats_provenance(p.provenance, p.after_exposure) AS provenance, s.points::bigint AS points,
           round(s.rps * 1e9)::bigint AS rps, round(s.brier * 1e9)::bigint AS brier,
           round(s.log_score * 1e9)::bigint AS log_score
    FROM scoring_settlementscore s
    JOIN scoring_settlement c ON c.id = s.settlement_id
    JOIN matches_match m ON m.id = c.match_id
    JOIN matches_prediction p ON p.id = s.prediction_id
    JOIN stats_participant participant ON participant.season_id = m.season_id
                                      AND participant.forecaster_id = p.forecaster_id
    WHERE s.settlement_id = ANY(%(settlements)s::bigint[]) AND {only}
),
compared (role_a, role_b) AS (
    VALUES ('panel', 'panel'), ('panel', 'reference'), ('reference', 'panel'), ('reference', 'reference'),
           ('reference', 'outside'), ('outside', 'reference')
),
pair AS (
    SELECT a.season_id, a.forecaster_id AS a_id, b.forecaster_id AS b_id, a.settlement_id,
           CASE WHEN a.provenance = b.provenance AND a.provenance <> 'exposed' THEN a.provenance
                ELSE 'mixed' END AS provenance,
           a.points - b.points AS points, a.rps - b.rps AS rps, a.brier - b.brier AS brier,
           a.log_score - b.log_score AS log_score
    FROM scored a
    JOIN compared ON compared.role_a = a.role
    JOIN scored b ON b.settlement_id = a.settlement_id AND b.role = compared.role_b AND b.forecaster_id > a.forecaster_id
    WHERE (a.is_new OR b.is_new) AND (a.provenance = 'hindsight') = (b.provenance = 'hindsight')
),
weighed AS MATERIALIZED (
    SELECT settlement_id, provenance, stats_mean(1000000000, predictions) AS weight
    FROM stats_fieldsum WHERE settlement_id = ANY(%(settlements)s::bigint[])
),
contribution AS (
    SELECT p.season_id, p.a_id, p.b_id, p.provenance,
           count(p.points) AS score_matches, count(p.rps) AS probability_matches,
           coalesce(sum(p.points), 0) AS points, coalesce(sum(p.points * p.points), 0) AS points_squares,
           {sums},
           coalesce(sum(own.weight) FILTER (WHERE p.rps IS NOT NULL), 0) AS weight,
           coalesce(sum(everyone.weight) FILTER (WHERE p.rps IS NOT NULL), 0) AS weight_all
    FROM pair p
    LEFT JOIN weighed own ON own.settlement_id = p.settlement_id AND own.provenance = p.provenance
    LEFT JOIN weighed everyone ON everyone.settlement_id = p.settlement_id
        AND everyone.provenance = CASE p.provenance WHEN 'hindsight' THEN 'hindsight' ELSE 'all' END
    WHERE p.points IS NOT NULL OR p.rps IS NOT NULL
    GROUP BY p.season_id, p.a_id, p.b_id, p.provenance
)
INSERT INTO stats_pairsum AS sums (season_id, a_id, b_id, provenance, {columns})
SELECT season_id, a_id, b_id, provenance, {columns} FROM contribution
ORDER BY season_id, a_id, b_id, provenance
ON CONFLICT (season_id, a_id, b_id, provenance) DO UPDATE SET {additions}
