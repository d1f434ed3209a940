-- Store for each match of the season the mean of its RPS minus the effects of the forecasters, and the mean probability
-- given to its result (MatchDifficulty). Delete the rows of matches that no longer have such predictions.

WITH effect AS (
    SELECT * FROM unnest(%(forecasters)s::bigint[], %(effects)s::float8[]) AS effect (forecaster_id, value)
),
found AS MATERIALIZED (
    SELECT m.id AS match_id, avg(s.rps - effect.value) AS rps, count(*) AS predictions,
           avg(CASE sign(c.home_goals - c.away_goals) WHEN 1 THEN p.p_home WHEN 0 THEN p.p_draw ELSE p.p_away END
               / (p.p_home + p.p_draw + p.p_away)) AS outcome_probability
    FROM matches_match m
    JOIN scoring_settlement c ON c.match_id = m.id AND c.folded_at IS NOT NULL AND c.unfolded_at IS NULL
    JOIN scoring_settlementscore s ON s.settlement_id = c.id
    JOIN matches_prediction p ON p.id = s.prediction_id
    JOIN effect ON effect.forecaster_id = p.forecaster_id
    WHERE m.season_id = %(season)s AND s.rps IS NOT NULL AND p.provenance <> 'hindsight'
    GROUP BY m.id
),
gone AS (
    DELETE FROM stats_matchdifficulty d USING matches_match m
    WHERE m.id = d.match_id AND m.season_id = %(season)s AND NOT EXISTS (SELECT FROM found WHERE found.match_id = m.id)
)
INSERT INTO stats_matchdifficulty AS difficulty (match_id, rps, outcome_probability, predictions)
SELECT match_id, rps, outcome_probability, predictions FROM found
ON CONFLICT (match_id) DO UPDATE SET rps = excluded.rps, outcome_probability = excluded.outcome_probability,
                                     predictions = excluded.predictions
