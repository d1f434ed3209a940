-- Add (sign 1) or subtract (sign -1) what these settlements contribute to the calibration cells of the panel.
-- `only` is a condition on a prediction `p`. As in fold.sql, the predictions are read before anything is joined to them.

WITH predicted AS MATERIALIZED (
    SELECT s.settlement_id, p.forecaster_id, stats_provenance(p.provenance, p.after_exposure) AS provenance,
           p.p_home, p.p_draw, p.p_away
    FROM scoring_settlementscore s
    JOIN matches_prediction p ON p.id = s.prediction_id
    WHERE s.settlement_id = ANY(%(settlements)s::bigint[]) AND s.rps IS NOT NULL AND {only}
),
contribution AS (
    SELECT m.season_id, p.forecaster_id, p.provenance, given.outcome,
           round(given.probability / (p.p_home + p.p_draw + p.p_away) * 1000)::smallint AS thousandths,
           count(*) AS predictions, count(*) FILTER (WHERE given.is_hit) AS hits
    FROM predicted p
    JOIN scoring_settlement c ON c.id = p.settlement_id
    JOIN matches_match m ON m.id = c.match_id
    JOIN stats_participant participant ON participant.season_id = m.season_id
                                      AND participant.forecaster_id = p.forecaster_id AND participant.role <> 'outside'
    CROSS JOIN LATERAL (
        VALUES ('home', p.p_home, c.home_goals > c.away_goals), ('draw', p.p_draw, c.home_goals = c.away_goals),
               ('away', p.p_away, c.home_goals < c.away_goals)
    ) AS given (outcome, probability, is_hit)
    WHERE c.id = ANY(%(settlements)s::bigint[])
    GROUP BY 1, 2, 3, 4, 5
)
INSERT INTO stats_calibrationcell AS cell (season_id, forecaster_id, provenance, outcome, thousandths, {columns})
SELECT season_id, forecaster_id, provenance, outcome, thousandths, {columns} FROM contribution
ORDER BY season_id, forecaster_id, provenance, outcome, thousandths
ON CONFLICT (season_id, forecaster_id, provenance, outcome, thousandths) DO UPDATE SET {additions}
