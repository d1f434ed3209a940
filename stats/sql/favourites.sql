-- Mean probabilities of these settlements: of home win, draw and away win, over all predictions with probabilities of the
-- participants that are compared with each other (at most 200 of a season). Hindsight predictions are left out.

SELECT s.settlement_id, avg(p.p_home / (p.p_home + p.p_draw + p.p_away)),
       avg(p.p_draw / (p.p_home + p.p_draw + p.p_away)), avg(p.p_away / (p.p_home + p.p_draw + p.p_away))
FROM scoring_settlementscore s
JOIN scoring_settlement c ON c.id = s.settlement_id
JOIN matches_match m ON m.id = c.match_id
JOIN matches_prediction p ON p.id = s.prediction_id
JOIN stats_participant member ON member.season_id = m.season_id AND member.forecaster_id = p.forecaster_id
                             AND member.role <> 'outside'
WHERE s.settlement_id = ANY(%(settlements)s::bigint[]) AND s.rps IS NOT NULL AND p.provenance <> 'hindsight'
GROUP BY s.settlement_id
