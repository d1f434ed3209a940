-- Sums of the forecasters that are compared with each other on one leaderboard, for one provenance: of those in the panel of
-- any of its seasons, the `limit` forecasters with most matches. Only forecasters with predictions of several provenances have
-- a tally with provenance `all`; each of the others has one tally that counts all its predictions.

WITH chosen AS (
    SELECT DISTINCT ON (t.forecaster_id) t.*
    FROM stats_tally t
    WHERE t.scope = %(scope)s::text AND t.scope_id = %(scope_id)s::bigint AND t.matches > 0
      AND CASE WHEN %(provenance)s::text = 'all' THEN t.provenance <> 'hindsight' ELSE t.provenance = %(provenance)s::text END
      AND t.forecaster_id IN (
          SELECT p.forecaster_id FROM stats_participant p
          JOIN matches_season s ON s.id = p.season_id
          WHERE p.role <> 'outside' AND (%(season)s::bigint IS NULL OR s.id = %(season)s)
            AND (%(competition)s::bigint IS NULL OR s.competition_id = %(competition)s)
      )
    ORDER BY t.forecaster_id, t.provenance = 'all' DESC
)
SELECT c.forecaster_id, m.number, c.score_matches, c.probability_matches,
       c.points, c.points_squares, c.rps_sum, c.rps_squares, c.brier_sum, c.brier_squares, c.log_score_sum, c.log_score_squares,
       CASE WHEN %(provenance)s::text = 'all' THEN c.rps_excess_all ELSE c.rps_excess END,
       CASE WHEN %(provenance)s::text = 'all' THEN c.brier_excess_all ELSE c.brier_excess END
FROM chosen c
JOIN stats_boardmember m ON m.scope = c.scope AND m.scope_id = c.scope_id AND m.forecaster_id = c.forecaster_id
ORDER BY c.matches DESC, c.forecaster_id
LIMIT %(limit)s::int
