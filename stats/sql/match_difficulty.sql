-- Store for each match of the season the mean of its RPS minus the effects of the forecasters (MatchDifficulty), and delete
-- the rows of matches that have none now.

WITH effect AS (
    SELECT * FROM unnest(%(forecasters)s::bigint[], %(effects)s::float8[]) AS effect (forecaster_id, value)
),
found AS MATERIALIZED (
    SELECT m.id AS match_id, avg(s.rps - effect.value) AS rps, count(*) AS predictions
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
INSERT INTO stats_matchdifficulty AS difficulty (match_id, rps, predictions)
SELECT match_id, rps, predictions FROM found
ON CONFLICT (match_id) DO UPDATE SET rps = excluded.rps, predictions = excluded.predictions
